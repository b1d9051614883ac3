/** What makes no sense to a kernel is a mistake in the protocol: the run stops, and says who asked for what, and where. */
import { describe, expect, test } from "vitest";
import {
  accept,
  close,
  flock,
  fork,
  fstat,
  ftruncate,
  listen,
  lseek,
  open,
  pread,
  read,
  script,
  settingOf,
  spawn,
  type Template,
  write,
} from "../../../model/index.ts";
import { check, ProtocolError } from "../../../sim/index.ts";
import { fact } from "../../conformance/fact.ts";
import { outcomesOf } from "../../conformance/simulated.ts";

const openLog = open("log", "log", { access: "read" });
const openToWrite = open("log", "log", { access: "write" });

/** Scripts of one process, and what the last call of each is told. */
const mistakes: readonly (readonly [string, readonly Template[], string])[] = [
  ["uses a descriptor that it never had", [read("log", 1)], "A, state “call1”: it has no descriptor “log”"],
  [
    "uses a descriptor that it has closed",
    [openLog, close("log"), close("log")],
    "it has no descriptor “log”",
  ],
  ["opens under a name that is taken", [openLog, openLog], "its descriptor “log” is still open"],
  ["reads from a listener", [listen("port"), read("port", 1)], "“port” listens, it cannot be read"],
  ["writes to a listener", [listen("port"), write("port", "x")], "“port” listens, it cannot be written to"],
  ["locks a listener", [listen("port"), flock("port", "EX")], "“port” is no file, it cannot be locked"],
  ["measures a listener", [listen("port"), fstat("port")], "“port” is no file"],
  ["accepts from a file", [openLog, accept("log")], "“log” does not listen"],
  ["seeks before the start", [openLog, lseek("log", -1, "SET")], "lseek to -1: EINVAL"],
  ["seeks before the start from the end", [openLog, lseek("log", -1, "END")], "lseek to -1: EINVAL"],
  ["reads before the start", [openLog, pread("log", 1, -1)], "pread at -1: EINVAL"],
  ["truncates to less than nothing", [openToWrite, ftruncate("log", -1)], "ftruncate to -1: EINVAL"],
  ["starts a role without a machine", [spawn("B")], "the protocol has no machine for the role “B”"],
  ["forks into a role without a machine", [fork("B")], "the protocol has no machine for the role “B”"],
  [
    "hands over a descriptor that it does not have",
    [spawn("A", { descriptors: { log: "log" } })],
    "it hands over “log”, a descriptor that it does not have",
  ],
];

describe("the simulated kernel refuses a process that", () => {
  test.each(mistakes)("%s", (does, calls, problem) => {
    const wrong = fact(does, { A: script(...calls) }, { tells: [], outcomes: [] });
    expect(() => outcomesOf(wrong)).toThrow(ProtocolError);
    expect(() => outcomesOf(wrong)).toThrow(problem);
    expect(() => check(settingOf(wrong.protocol), [])).toThrow(problem);
  });

  test("writes through a descriptor that it has opened for reading only", () => {
    const wrong = fact("", { A: script(openLog, write("log", "x")) }, { tells: [], outcomes: [] });
    expect(() => outcomesOf(wrong)).toThrow(ProtocolError);
  });
});
