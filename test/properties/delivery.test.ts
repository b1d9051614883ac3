/** P6 to P9: what each client has received, and in which order. */
import { describe, expect, test } from "vitest";
import { close, connect, ok, type TraceEvent } from "../../model/index.ts";
import {
  everyMessageDelivered,
  lateJoinerCatchesUp,
  noDuplicate,
  sameOrder,
} from "../../properties/delivery.ts";
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
  verdictOn,
  waitsForInput,
} from "./trace.ts";

const c1 = "client[1]";
/** Client 1 connects, and its cluster is started. */
const joins: readonly TraceEvent[] = [
  calls(c1, connect("socket")),
  did(c1, connect("socket"), ok()),
  startsSend("1"),
];
const atRest = (log: string) => quiescent([...serving("1"), listening(c1)], { log });

describe("P6 every-message-delivered", () => {
  const says = (...trace: readonly TraceEvent[]) => verdictOn(everyMessageDelivered, trace);

  test("holds where a client has received the whole log", () =>
    expect(says(...joins, receives(c1, "a1\n"), receives(c1, "b1\n"), atRest("a1\nb1\n"))).toBe("holds"));

  test("is broken by a line that a connected client has not received", () =>
    expect(says(...joins, receives(c1, "a1\n"), atRest("a1\nb1\n"))).toBe(
      'nothing can move any more, and client[1] has not received "b1\\n"',
    ));

  test("is broken also by a client's own line that does not come back", () =>
    expect(says(...joins, atRest("a1\n"))).toMatch('client[1] has not received "a1\\n"'));

  test("does not ask for half a line that a dead writer has left", () =>
    expect(says(...joins, receives(c1, "a1\n"), atRest("a1\nb"))).toBe("holds"));

  test("owes nothing to a client without a cluster, or with one that a fault has hit", () => {
    const [about, connected] = joins as [TraceEvent, TraceEvent];
    expect(says(about, connected, atRest("a1\n"))).toBe("holds");
    expect(says(...joins, fault("crash", "SEND[1]"), atRest("a1\n"))).toBe("holds");
  });

  test("owes nothing to a client that has been cut off, that does not read, or whose cluster is stopped", () => {
    expect(says(...joins, fault("disconnect", c1), atRest("a1\n"))).toBe("holds");
    const deaf = quiescent([...serving("1"), listening(c1, { status: "stopped" })], { log: "a1\n" });
    expect(says(...joins, deaf)).toBe("holds");
    const stopped = quiet("SEND[1]", waitsForInput, { status: "stopped" });
    expect(says(...joins, quiescent([stopped, listening(c1)], { log: "a1\n" }))).toBe("holds");
  });

  test("promises nothing while a stopped process holds the lock", () => {
    const frozen = quiet("RECV[2]", waitsForInput, { status: "stopped", holdsLock: true });
    expect(says(...joins, quiescent([...serving("1"), frozen, listening(c1)], { log: "a1\n" }))).toBe(
      "holds",
    );
  });

  test("owes with a bounded history its last lines, and what came after the first that was received", () => {
    const bounded = settingWith({ messages: 2 }, { historyLines: 1 });
    const verdict = (...trace: readonly TraceEvent[]) => verdictOn(everyMessageDelivered, trace, bounded);
    expect(verdict(...joins, receives(c1, "b1\n"), atRest("a1\nb1\n"))).toBe("holds");
    expect(verdict(...joins, receives(c1, "a1\n"), atRest("a1\nb1\n"))).toMatch('not received "b1\\n"');
    expect(verdict(...joins, receives(c1, "a1\na2\n"), atRest("a1\nb1\na2\n"))).toMatch(
      'not received "b1\\n"',
    );
  });
});

describe("P7 no-duplicate", () => {
  const says = (...trace: readonly TraceEvent[]) => verdictOn(noDuplicate, trace);

  test("holds where every line comes once", () =>
    expect(says(...joins, receives(c1, "a1\n"), receives(c1, "b1\n"))).toBe("holds"));

  test("is broken by a line that comes twice, in one read or in two", () => {
    expect(says(...joins, receives(c1, "a1\na1\n"))).toBe('client[1] received "a1\\n" twice');
    expect(says(...joins, receives(c1, "a1\nb1\na"), receives(c1, "1\n"))).toBe(
      'client[1] received "a1\\n" twice',
    );
  });

  test("is broken so also by a client that has been stopped in between", () =>
    expect(
      says(...joins, receives(c1, "a1\n"), fault("never-reads", c1), fault("cont", c1), receives(c1, "a1\n")),
    ).toBe('client[1] received "a1\\n" twice'));

  test("holds where a client that comes back is sent the history again", () =>
    expect(
      says(...joins, receives(c1, "a1\n"), did(c1, close("socket"), ok()), ...joins, receives(c1, "a1\n")),
    ).toBe("holds"));

  test("does not speak of notices", () =>
    expect(says(...joins, receives(c1, "* refused\n* refused\n"))).toBe("holds"));
});

describe("P8 same-order", () => {
  const says = (...trace: readonly TraceEvent[]) => verdictOn(sameOrder, trace);
  const written = [appends("RECV[1]", "a1\n", 0), appends("RECV[2]", "b1\n", 3)];

  test("holds where a client receives the log's order", () =>
    expect(says(...joins, ...written, receives(c1, "a1\n"), receives(c1, "b1\n"), atRest("a1\nb1\n"))).toBe(
      "holds",
    ));

  test("is broken by a client that receives two lines the other way round", () => {
    const because = 'client[1] received "b1\\n" "a1\\n", the log has them the other way round';
    expect(says(...joins, ...written, receives(c1, "b1\n"), receives(c1, "a1\n"))).toBe(because);
    expect(says(...joins, ...written, receives(c1, "b1\na1\n"))).toBe(because);
  });

  test("is broken also where the log's order shows only at the end", () =>
    expect(says(...joins, receives(c1, "b1\na1\n"), atRest("a1\nb1\n"))).toMatch("the other way round"));

  test("is broken by a log that has a sender's lines the other way round", () =>
    expect(verdictOn(sameOrder, [quiescent([], { log: "a2\na1\n" })], settingWith({ messages: 2 }))).toBe(
      'the log has client[1]\'s lines as "a2\\n" "a1\\n"; it sent "a1\\n" "a2\\n"',
    ));

  test("owes no order to lines that a client has sent over different connections", () => {
    const setting = settingWith({ messages: 3 });
    const clients = setting.clients.map((client) => ({ ...client, stays: [2, 1] }));
    const says = (log: string) => verdictOn(sameOrder, [quiescent([], { log })], { ...setting, clients });
    expect(says("a3\na1\na2\n")).toBe("holds");
    expect(says("a2\na3\na1\n")).toMatch('it sent "a1\\n" "a2\\n"');
  });
});

describe("P9 late-joiner-catches-up", () => {
  const stored = settingWith({ stored: 1 });
  const says = (trace: readonly TraceEvent[], setting = stored) =>
    verdictOn(lateJoinerCatchesUp, trace, setting);

  test("holds where a client is sent what was in the log when it connected", () =>
    expect(says([...joins, receives(c1, "_1\n"), atRest("_1\n")])).toBe("holds"));

  test("is broken where it is not", () =>
    expect(says([...joins, receives(c1, "a1\n"), atRest("_1\na1\n")])).toBe(
      'client[1] connected when "_1\\n" was in the log, and was never sent it',
    ));

  test("does not speak of lines that came later", () =>
    expect(says([...joins, receives(c1, "_1\n"), atRest("_1\na1\n")])).toBe("holds"));

  const bounded = settingWith({ stored: 2 }, { historyLines: 1 });

  test("is broken where a bounded history is not sent", () =>
    expect(says([...joins, receives(c1, "_1\n"), atRest("_1\n_2\n")], bounded)).toBe(
      'client[1] connected when "_2\\n" was in the log, and was never sent it',
    ));

  test("does not speak of lines before the start of a bounded history", () =>
    expect(says([...joins, receives(c1, "_2\n"), atRest("_1\n_2\n")], bounded)).toBe("holds"));

  test("does not apply where nobody connects to a log with lines in it", () =>
    expect(says([...joins, atRest("a1\n")], settingWith())).toBe("not-applicable"));
});
