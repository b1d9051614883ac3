/** P13: without the token nothing, with it a session. */
import { describe, expect, test } from "vitest";
import { accept, connect, ok, poll, read, spawn, type TraceEvent } from "../../model/index.ts";
import { noUnauthenticatedEffect } from "../../properties/access.ts";
import {
  appends,
  calls,
  did,
  fault,
  listening,
  quiescent,
  quiet,
  receives,
  serving,
  settingWith,
  startsSend,
  takes,
  verdictOn,
} from "./trace.ts";

/** Client 1 has the token, client 2 has not. */
const setting = settingWith({ clients: 1, strangers: 1 });
const says = (...trace: readonly TraceEvent[]) => verdictOn(noUnauthenticatedEffect, trace, setting);
const daemon = quiet("daemon", poll({ input: ["listener"] }));
const connects = (client: string) => [calls(client, connect("socket")), did(client, connect("socket"), ok())];
const isCutOff = (client: string) => did(client, read("socket", 64), { type: "eof" });

describe("P13 no-unauthenticated-effect, of a stranger", () => {
  test("holds where it is turned away without a byte", () =>
    expect(says(...connects("client[2]"), isCutOff("client[2]"), quiescent([daemon]))).toBe("holds"));

  test("is broken by a byte that it receives", () =>
    expect(says(...connects("client[2]"), receives("client[2]", "a"))).toBe(
      'client[2] never showed the token, and received "a"',
    ));

  test("is broken by a line of its that is appended, alone or among others", () => {
    const because = "RECV[2] appended a line of client[2], which never showed the token";
    expect(says(appends("RECV[2]", "b1\n", 0))).toBe(because);
    expect(says(appends("RECV[2]", "a1\nb1\n", 0))).toBe(because);
  });

  test("holds where the lines of others are appended", () =>
    expect(says(appends("RECV[1]", "a1\n", 0))).toBe("holds"));

  test("is broken by a process that stays for it", () =>
    expect(says(quiescent([daemon, quiet("RECV[2]", read("socket", 64))]))).toBe(
      "client[2] never showed the token, and RECV[2] stays for it",
    ));

  test("is broken by a connection that a running daemon keeps", () => {
    const kept = [daemon, listening("client[2]")];
    expect(says(...connects("client[2]"), quiescent(kept))).toBe(
      "client[2] never showed the token, and its connection is kept",
    );
    const stopped = quiet("daemon", accept("listener"), { status: "stopped" });
    expect(says(...connects("client[2]"), quiescent([stopped, listening("client[2]")]))).toBe("holds");
  });
});

describe("P13 no-unauthenticated-effect, of a client with the token", () => {
  const c1 = "client[1]";
  const refused = `${c1} showed the right token, and no session was opened for it`;

  test("holds where a session is opened", () =>
    expect(
      says(
        ...connects(c1),
        startsSend("1"),
        takes("RECV[1]", "a1\n"),
        quiescent([daemon, ...serving("1"), listening(c1)]),
      ),
    ).toBe("holds"));

  test("is broken where it is turned away", () =>
    expect(says(...connects(c1), isCutOff(c1), quiescent([daemon]))).toBe(refused));

  test("is broken where it waits for ever", () =>
    expect(says(...connects(c1), quiescent([daemon, listening(c1)]))).toBe(refused));

  test("is broken where its cluster is not started wholly", () =>
    expect(
      says(
        ...connects(c1),
        did("daemon", spawn("RECV"), ok(0, "RECV[1]")),
        quiescent([daemon, listening(c1)]),
      ),
    ).toBe(refused));

  test("excuses a connection that was the daemon's own business when the daemon was killed", () =>
    expect(says(...connects(c1), fault("crash", "daemon"), isCutOff(c1), quiescent([daemon]))).toBe("holds"));

  test("excuses it also where it was the second daemon, which belongs to no cluster of that number", () =>
    expect(says(...connects(c1), fault("crash", "daemon[2]"), isCutOff(c1), quiescent([daemon]))).toBe(
      "holds",
    ));

  test("excuses a connection while the daemon is stopped", () =>
    expect(says(...connects(c1), quiescent([{ ...daemon, status: "stopped" }, listening(c1)]))).toBe(
      "holds",
    ));

  test("excuses the connection of a client that was stopped: its time may have run out", () =>
    expect(says(...connects(c1), fault("never-reads", c1), isCutOff(c1), quiescent([daemon]))).toBe("holds"));

  test("does not excuse a connection to the daemon that came after it", () =>
    expect(says(fault("crash", "daemon"), ...connects(c1), isCutOff(c1), quiescent([daemon]))).toBe(refused));
});
