import { expect, test } from "vitest";
import {
  advance,
  defaultParameters,
  ok,
  type Request,
  type Result,
  requestOf,
  startMachine,
} from "../../model/index.ts";
import { recv } from "../../model/recv.ts";

/** What RECV calls, given what its calls return. */
const callsOf = (...results: readonly Result[]): (Request | undefined)[] => {
  const parameters = { ...defaultParameters, readSize: 64, lineLimit: 64 };
  let local = startMachine(recv, { parameters, token: "", segments: [] });
  return results.map((result) => {
    const request = requestOf(recv, local, parameters);
    local = advance(recv, local, result);
    return request;
  });
};

test("what waits when RECV reads is appended under one lock and announced by one signal", () => {
  const made = callsOf(
    ok(), // open
    ok(), // spawn
    { type: "readable", name: "socket" },
    { type: "data", bytes: "a: 1\na: 2\na: 3\na: " },
    ok(), // flock
    ok(), // killpg
    ok(0), // fstat
    { type: "eof" }, // pread
    ok(15), // write
    ok(), // flock
    { type: "readable", name: "socket" },
  );
  expect(made.filter((request) => request?.call === "write")).toMatchObject([
    { bytes: "a: 1\na: 2\na: 3\n" },
  ]);
  expect(made.filter((request) => request?.call === "killpg")).toHaveLength(1);
  expect(made.filter((request) => request?.call === "flock")).toMatchObject([{ mode: "EX" }, { mode: "UN" }]);
  expect(made.at(-1)).toMatchObject({ call: "poll" });
});
