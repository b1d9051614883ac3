/** Mistakes in a call: what it uses, whom it starts, what it may return. */
import { describe, expect, test } from "vitest";
import { createMachine } from "xstate";
import {
  accept,
  flock,
  fork,
  handler,
  inspectProtocol,
  listen,
  open,
  type ProcessMachine,
  poll,
  read,
  sigaction,
  spawn,
  the,
  withCall,
  write,
} from "../../model/index.ts";
import { papaya } from "../../model/protocols/index.ts";
import { having, problemOf } from "./own-protocol.ts";

describe("a call", () => {
  const openLog = open("log", "log", { access: "read" });

  test("uses descriptors that its role has", () =>
    expect(problemOf(having({ lock: { meta: { call: flock("log", "EX") }, on: { ok: "leave" } } }))).toEqual({
      where: "A, state “lock”",
      problem: "flock(log, EX) uses the descriptor “log”, which A never has",
      remedy: "open it in an earlier state, hand it to A where it is spawned, or use one of: none",
    }));

  test("is told no results of a descriptor that there is not", () =>
    expect(
      problemOf(having({ tell: { meta: { call: write("log", "a") }, on: { ok: "leave" } } })),
    ).toMatchObject({
      problem: 'write(log, "a") uses the descriptor “log”, which A never has',
    }));

  test("is told which descriptors there are", () =>
    expect(
      problemOf(
        having({
          openLog: { meta: { call: openLog }, on: { ok: "wait" } },
          wait: { meta: { call: poll({ input: ["log", "socket"] }) }, on: { readable: "leave" } },
        }),
      ),
    ).toMatchObject({
      where: "A, state “wait”",
      problem: "poll(input [log, socket]) uses the descriptor “socket”, which A never has",
      remedy: expect.stringMatching(/use one of: log$/),
    }));

  test("hands over descriptors that its role has", () =>
    expect(
      problemOf(
        having({ go: { meta: { call: spawn("A", { descriptors: { x: "log" } }) }, on: { ok: "leave" } } }),
      ),
    ).toMatchObject({
      where: "A, state “go”",
      problem: "spawn(A) uses the descriptor “log”, which A never has",
    }));

  test.each([[spawn("B")], [fork("B")]])("starts a role that has a machine: %j", (call) =>
    expect(problemOf(having({ go: { meta: { call }, on: { ok: "leave" } } }))).toEqual({
      where: "A, state “go”",
      problem: "it starts the role “B”, for which there is no machine",
      remedy: "add it to “machines”, or start one of: A",
    }),
  );

  test("has an edge for every result that it may give", () =>
    expect(problemOf(having({ openPort: { meta: { call: listen("port") }, on: { ok: "leave" } } }))).toEqual({
      where: "A, state “openPort”",
      problem: "listen(port) may return EADDRINUSE, and nothing handles it",
      remedy: "add “EADDRINUSE” to the “on” of “openPort”",
    }));

  test("may be answered for by the machine as a whole", () => {
    const protocol = having({ openPort: { meta: { call: listen("port") }, on: { ok: "leave" } } });
    const machine = protocol.machines.A as ProcessMachine;
    const answering = createMachine({ ...machine.config, on: { EADDRINUSE: ".leave" } });
    expect(inspectProtocol({ ...protocol, machines: { A: answering } })).toEqual([]);
  });

  test("knows a connection that accept has named by whatever the context calls it", () => {
    const missing = inspectProtocol(
      having({
        openPort: { meta: { call: listen("port") }, on: { ok: "take", EADDRINUSE: "leave" } },
        take: { meta: { call: accept("port") }, on: { ok: "hear" } },
        hear: { meta: { call: read(the("offset"), 9) }, on: { data: "leave" } },
      }),
    ).map(({ problem }) => problem);
    expect(missing).toEqual(
      ["eof", "ECONNRESET"].map((result) => `read(‹offset›, 9) may return ${result}, and nothing handles it`),
    );
  });

  test("knows what a role has been handed by its parent, and by its parent's parent", () => {
    const wrong = { ...papaya, machines: { ...papaya.machines } };
    wrong.machines.RECV = withCall(papaya.machines.RECV as ProcessMachine, "startSend", spawn("SEND"));
    const uses = inspectProtocol(wrong).filter(({ problem }) => problem.includes("“socket”"));
    expect(uses.map(({ where }) => where)).toEqual(["SEND, state “deliverLines”", "SEND, state “awaitRoom”"]);
  });

  test("may be interrupted where a handler is installed without SA_RESTART", () => {
    const catching = (restart: boolean) =>
      having({
        catchSignal: { meta: { call: sigaction("SIGUSR1", handler({ restart })) }, on: { ok: "openLog" } },
        openLog: { meta: { call: openLog }, on: { ok: "lock" } },
        lock: { meta: { call: flock("log", "EX") }, on: { ok: "leave" } },
      });
    expect(inspectProtocol(catching(true))).toEqual([]);
    expect(problemOf(catching(false))).toMatchObject({
      where: "A, state “lock”",
      problem: "flock(log, EX) may return EINTR, and nothing handles it",
    });
  });
});
