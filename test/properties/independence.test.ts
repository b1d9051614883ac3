/** P10 and P11: nobody dies of a signal, and whoever dies takes nobody along but its own cluster. */
import { describe, expect, test } from "vitest";
import { accept, connect, flock, ok, read, setpgid, type TraceEvent } from "../../model/index.ts";
import { clustersIndependent, noDeathBySignal } from "../../properties/independence.ts";
import {
  calls,
  did,
  exits,
  fault,
  listening,
  quiescent,
  quiet,
  receives,
  serving,
  startsSend,
  verdictOn,
  waitsForInput,
} from "./trace.ts";

describe("P10 no-death-by-signal", () => {
  const says = (...trace: readonly TraceEvent[]) => verdictOn(noDeathBySignal, trace);
  const interrupted = (towards: "exit" | "flock") =>
    did("SEND[1]", flock("log", "SH"), { type: "EINTR" }, { towards });

  test("holds where processes exit, or are killed by SIGKILL", () =>
    expect(says(exits("SEND[1]"), exits("RECV[1]", "SIGKILL"))).toBe("holds"));

  test("is broken by a death of SIGUSR1", () =>
    expect(says(exits("SEND[1]", "SIGUSR1"))).toBe("SEND[1] was killed by SIGUSR1"));

  test("is broken by a process that ends because a call was interrupted", () =>
    expect(says(interrupted("exit"))).toBe(
      "SEND[1]'s flock was interrupted by a signal, and it ends for that",
    ));

  test("holds where an interrupted call is made again", () =>
    expect(says(interrupted("flock"))).toBe("holds"));
});

describe("P11 clusters-independent", () => {
  const says = (...trace: readonly TraceEvent[]) => verdictOn(clustersIndependent, trace);
  const daemon = quiet("daemon", accept("listener"));
  const joins = (index: string) => {
    const client = `client[${index}]`;
    return [calls(client, connect("socket")), did(client, connect("socket"), ok()), startsSend(index)];
  };
  const cutOff = did("client[1]", read("socket", 64), { type: "eof" });
  const both = [...serving("1"), ...serving("2"), listening("client[1]"), listening("client[2]")];

  test("holds where nobody has died", () =>
    expect(says(...joins("1"), quiescent([daemon, ...serving("1"), listening("client[1]")]))).toBe("holds"));

  test("is broken by half a cluster that lives on", () =>
    expect(says(quiescent([daemon, quiet("SEND[1]", waitsForInput)]))).toBe(
      "nothing can move any more, and SEND[1] lives on without its RECV",
    ));

  test("does not count zombies among the living, nor stopped processes as living on", () => {
    expect(says(quiescent([quiet("RECV[1]"), quiet("SEND[1]", waitsForInput)], { portOpen: false }))).toMatch(
      "SEND[1] lives on without its RECV",
    );
    const stopped = quiet("SEND[1]", waitsForInput, { status: "stopped" });
    expect(says(quiescent([daemon, stopped]))).toBe("holds");
  });

  test("excuses half a cluster that waits for a lock which a stopped process holds", () => {
    const half = quiet("RECV[1]", flock("log", "EX"));
    const holder = quiet("RECV[2]", waitsForInput, { status: "stopped", holdsLock: true });
    expect(says(quiescent([daemon, half, holder]))).toBe("holds");
    expect(says(quiescent([daemon, half, { ...holder, holdsLock: false }]))).toMatch("RECV[1] lives on");
  });

  test("is broken where a client is cut off whose cluster nobody has touched", () =>
    expect(says(...joins("1"), cutOff, quiescent([daemon]))).toBe(
      "client[1] was cut off, though neither it nor its cluster had been touched",
    ));

  test("holds where a client is cut off because its own cluster was hit", () =>
    expect(says(...joins("1"), fault("crash", "SEND[1]"), cutOff, quiescent([daemon]))).toBe("holds"));

  test("is broken by a SEND that may not join the group, unless the anchor had been hit", () => {
    const shutOut = did("SEND[1]", setpgid("chat"), { type: "EPERM" });
    expect(says(...joins("1"), shutOut, cutOff, quiescent([daemon]))).toMatch("client[1] was cut off");
    expect(says(fault("crash", "anchor"), ...joins("1"), shutOut, cutOff, quiescent([daemon]))).toBe("holds");
  });

  test("is broken by a dead daemon's port that is still open", () => {
    const because = "the daemon is dead, and its port still accepts connections";
    expect(says(quiescent(serving("1")))).toBe(because);
    expect(says(quiescent([quiet("daemon"), ...serving("1")]))).toBe(because);
    expect(says(quiescent(serving("1"), { portOpen: false }))).toBe("holds");
  });

  test("does not speak of the port of a daemon that is only stopped", () =>
    expect(says(quiescent([quiet("daemon", accept("listener"), { status: "stopped" })]))).toBe("holds"));

  test("is broken where the clusters of two daemons do not reach each other", () => {
    const trace = [
      ...joins("1"),
      fault("daemon-restart", "daemon"),
      ...joins("2"),
      receives("client[1]", "a1\n"),
    ];
    const end = quiescent([daemon, ...both], { log: "a1\nb1\n" });
    expect(says(...trace, receives("client[2]", "a1\nb1\n"), end)).toBe(
      'nothing can move any more, and client[1] has not received "b1\\n"',
    );
    expect(says(...trace, receives("client[1]", "b1\n"), receives("client[2]", "a1\nb1\n"), end)).toBe(
      "holds",
    );
  });

  test("leaves what one daemon's clusters do not deliver to P6", () =>
    expect(says(...joins("1"), ...joins("2"), quiescent([daemon, ...both], { log: "a1\n" }))).toBe("holds"));
});
