/** One signal of one process as a machine. Numbers in brackets are those of the list of kernel facts. */
import { describe, expect, test } from "vitest";
import {
  type Disposition,
  handler,
  hasTag,
  ignore,
  react,
  type SignalMachineEvent,
  type SignalTag,
  signal,
  startMachine,
} from "../../model/index.ts";

const byDefault: Disposition = { kind: "default" };
const caughtOnce = handler({ restart: false, once: true });
const caughtForEver = handler({ restart: true });

const send = { type: "send" } as const;
const block = { type: "block" } as const;
const unblock = { type: "unblock" } as const;
const handled = { type: "handled" } as const;
const install = (disposition: Disposition): SignalMachineEvent => ({ type: "install", disposition });

const allTags: readonly SignalTag[] = ["blocked", "pending", "caught", "fatal"];
const after = (disposition: Disposition, ...events: readonly SignalMachineEvent[]) =>
  events.reduce((local, event) => react(signal, local, event), startMachine(signal, { disposition }));
const tags = (disposition: Disposition, ...events: readonly SignalMachineEvent[]) =>
  allTags.filter((tag) => hasTag(signal, after(disposition, ...events).state, tag));

describe("a signal that is not blocked", () => {
  test("kills by default", () => expect(tags(byDefault, send)).toEqual(["fatal"]));
  test("is gone at once where it is ignored", () => expect(after(ignore, send)).toEqual(after(ignore)));
  test("makes a handler run where there is one, and is over when that has run", () => {
    expect(tags(caughtForEver, send)).toEqual(["caught"]);
    expect(after(caughtForEver, send, handled)).toEqual(after(caughtForEver));
  });
  test("is one delivery if it is sent again before its handler has run", () =>
    expect(after(caughtForEver, send, send, handled)).toEqual(after(caughtForEver)));
  test("waits if it is blocked before its handler has run", () => {
    expect(tags(caughtForEver, send, block)).toEqual(["blocked", "pending"]);
    expect(tags(caughtForEver, send, block, unblock)).toEqual(["caught"]);
  });
});

describe("a signal that is blocked", () => {
  test("waits, whatever its disposition is", () => {
    for (const disposition of [byDefault, ignore, caughtForEver, caughtOnce])
      expect(tags(disposition, block, send)).toEqual(["blocked", "pending"]);
  });
  test("[10] does not queue: sent five times it is one delivery", () => {
    const five = [send, send, send, send, send];
    expect(after(caughtForEver, block, ...five, unblock, handled)).toEqual(after(caughtForEver));
  });
  test("acts as its disposition says when it is unblocked", () => {
    expect(tags(byDefault, block, send, unblock)).toEqual(["fatal"]);
    expect(tags(caughtForEver, block, send, unblock)).toEqual(["caught"]);
    expect(after(ignore, block, send, unblock)).toEqual(after(ignore));
  });
  test("does nothing when it is unblocked without having been sent", () =>
    expect(after(byDefault, block, unblock)).toEqual(after(byDefault)));
  test("is still blocked when it is blocked again", () =>
    expect(after(byDefault, block, block)).toEqual(after(byDefault, block)));
});

describe("installing a disposition", () => {
  test("decides what the next signal does", () => {
    expect(tags(byDefault, install(caughtForEver), send)).toEqual(["caught"]);
    expect(after(byDefault, install(ignore), send)).toEqual(after(ignore));
    expect(tags(ignore, install(byDefault), send)).toEqual(["fatal"]);
  });
  test("[13] comes too late for a signal that was ignored", () =>
    expect(tags(ignore, send, install(caughtForEver))).toEqual([]));
  test("[13] is in time for one that was ignored and blocked, as on Linux", () =>
    expect(tags(ignore, block, send, install(caughtForEver), unblock)).toEqual(["caught"]));
  test("decides what becomes of a signal that waits", () => {
    expect(tags(byDefault, block, send, install(caughtForEver), unblock)).toEqual(["caught"]);
    expect(tags(caughtForEver, block, send, install(byDefault), unblock)).toEqual(["fatal"]);
  });
  test("discards a signal that waits if it is to be ignored, and leaves it blocked", () => {
    expect(tags(caughtForEver, block, send, install(ignore))).toEqual(["blocked"]);
    expect(tags(caughtForEver, block, send, install(ignore), install(caughtForEver), unblock)).toEqual([]);
  });
  test("leaves a blocked signal blocked", () => {
    expect(tags(byDefault, block, install(caughtForEver))).toEqual(["blocked"]);
    expect(tags(byDefault, block, install(caughtForEver), send, unblock)).toEqual(["caught"]);
  });
});

describe("[14] a handler", () => {
  test("of System V serves once: the second signal kills", () =>
    expect(tags(caughtOnce, send, handled, send)).toEqual(["fatal"]));
  test("of System V serves as often as it is installed again", () =>
    expect(tags(caughtOnce, send, handled, install(caughtOnce), send)).toEqual(["caught"]));
  test("of BSD serves for ever", () =>
    expect(tags(caughtForEver, send, handled, send, handled, send)).toEqual(["caught"]));
});
