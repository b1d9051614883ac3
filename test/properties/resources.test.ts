/** P12, P14 and P16: what processes hold and wait for, when nothing can move any more. */
import { describe, expect, test } from "vitest";
import { accept, connect, flock, pause, type QuietProcess, read, waitpid, write } from "../../model/index.ts";
import { noDeadlock, noDescriptorLeak, noZombie } from "../../properties/resources.ts";
import { listening, quiescent, quiet, serving, verdictOn, waitsForInput } from "./trace.ts";

const daemon = quiet("daemon", accept("listener"));

describe("P12 no-descriptor-leak", () => {
  const says = (...processes: readonly QuietProcess[]) => verdictOn(noDescriptorLeak, [quiescent(processes)]);

  test("holds where everybody needs what it holds", () =>
    expect(says(daemon, ...serving("1"))).toBe("holds"));

  test("is broken by a process that holds what it will never use again", () =>
    expect(says(daemon, quiet("RECV[1]", waitsForInput, { unneeded: ["listener", "log"] }))).toBe(
      "RECV[1] still holds listener and log, which it will never use again",
    ));

  test("does not ask a stopped process, which had no time to close anything", () =>
    expect(says(quiet("RECV[1]", waitsForInput, { status: "stopped", unneeded: ["listener"] }))).toBe(
      "holds",
    ));
});

describe("P14 no-deadlock", () => {
  const says = (...processes: readonly QuietProcess[]) => verdictOn(noDeadlock, [quiescent(processes)]);
  const waiting = quiet("RECV[1]", flock("log", "EX"));
  const writing = quiet("SEND[1]", write("socket", "a1\n"));

  test("holds where everybody waits for input, a signal or a child", () =>
    expect(
      says(
        daemon,
        quiet("anchor", waitpid()),
        quiet("RECV[1]", read("socket", 64)),
        quiet("SEND[1]", pause()),
        quiet("client[1]", connect("socket")),
      ),
    ).toBe("holds"));

  test("is broken by a process that waits for the lock", () =>
    expect(says(daemon, waiting)).toBe(
      "nothing can move any more, and RECV[1] still waits in flock(log, EX)",
    ));

  test("excuses it while a stopped process holds the lock, and only then", () => {
    const stopped = quiet("RECV[2]", waitsForInput, { status: "stopped" });
    expect(says(waiting, { ...stopped, holdsLock: true })).toBe("holds");
    expect(says(waiting, stopped)).toMatch("RECV[1] still waits");
    expect(says(waiting, quiet("RECV[2]", waitsForInput, { holdsLock: true }))).toMatch(
      "RECV[1] still waits",
    );
  });

  test("does not ask a stopped process what it waits for", () =>
    expect(says({ ...waiting, status: "stopped" })).toBe("holds"));

  test("is broken by a SEND that waits for room though its client reads", () =>
    expect(says(writing, listening("client[1]"))).toBe(
      'nothing can move any more, and SEND[1] still waits in write(socket, "a1\\n")',
    ));

  test("excuses a SEND whose client does not read or has gone, whatever other clients do", () => {
    expect(says(writing, listening("client[1]", { status: "stopped" }), listening("client[2]"))).toBe(
      "holds",
    );
    expect(says(writing, listening("client[2]"))).toBe("holds");
  });

  test("is broken by a client that waits for room though everybody who serves it could run", () =>
    expect(says(daemon, ...serving("1"), quiet("client[1]", write("socket", "a1\n")))).toMatch(
      "client[1] still waits in write",
    ));
});

describe("P16 no-zombie", () => {
  const says = (...processes: readonly QuietProcess[]) => verdictOn(noZombie, [quiescent(processes)]);
  const zombie = { ...quiet("RECV[1]"), parent: daemon.name };

  test("holds where everybody lives", () => expect(says(daemon, ...serving("1"))).toBe("holds"));

  test("is broken by a process that has ended and is not reaped", () =>
    expect(says(daemon, zombie)).toBe("RECV[1] has ended, and daemon does not reap it"));

  test("excuses it while its parent is stopped", () =>
    expect(says({ ...daemon, status: "stopped" }, zombie)).toBe("holds"));
});
