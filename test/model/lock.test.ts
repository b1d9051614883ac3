/** flock as a machine. Numbers in brackets are those of the list of kernel facts. */
import { fc, test as law } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { holdersOf, type LocalState, type LockEvent, lock, react, startMachine } from "../../model/index.ts";

const share = (by: string): LockEvent => ({ type: "share", by });
const exclude = (by: string): LockEvent => ({ type: "exclude", by });
const release = (by: string): LockEvent => ({ type: "release", by });
const drop = (by: string): LockEvent => ({ type: "drop", by });
const cancel = (by: string): LockEvent => ({ type: "cancel", by });

const after = (...events: readonly LockEvent[]): LocalState =>
  events.reduce((local, event) => react(lock, local, event), startMachine(lock));
const holders = (...events: readonly LockEvent[]) => holdersOf(after(...events).context);

describe("the lock", () => {
  test("is held by nobody at first", () => expect(holders()).toEqual({}));

  test("is shared by any number of descriptions", () =>
    expect(holders(share("a"), share("b"), share("c"))).toEqual({ a: "SH", b: "SH", c: "SH" }));

  test("[1] is exclusive to one description: another one's request changes nothing, and so it waits", () => {
    expect(after(exclude("a"), exclude("b"))).toEqual(after(exclude("a")));
    expect(after(exclude("a"), share("b"))).toEqual(after(exclude("a")));
    expect(holders(exclude("a"))).toEqual({ a: "EX" });
  });

  test("keeps a writer waiting while anybody reads", () =>
    expect(after(share("a"), exclude("b"))).toEqual(after(share("a"))));

  test("[5] is granted to a reader past a waiting writer: it has no queue", () =>
    expect(holders(share("a"), exclude("b"), share("c"))).toEqual({ a: "SH", c: "SH" }));

  test("[2] is free again when its only holder unlocks", () => {
    expect(after(exclude("a"), release("a"))).toEqual(after());
    expect(after(share("a"), release("a"))).toEqual(after());
  });

  test("[3] is free again when its holder's last descriptor is closed", () => {
    expect(after(exclude("a"), drop("a"))).toEqual(after());
    expect(after(share("a"), drop("a"))).toEqual(after());
  });

  test("stays with the other readers when one of them goes", () => {
    expect(holders(share("a"), share("b"), release("a"))).toEqual({ b: "SH" });
    expect(holders(share("a"), share("b"), drop("b"))).toEqual({ a: "SH" });
  });

  test("can be had exclusively when the last of the readers has gone", () =>
    expect(holders(share("a"), share("b"), release("a"), drop("b"), exclude("c"))).toEqual({ c: "EX" }));

  test("[4] is lost to a reader that asks for it exclusively while others read", () =>
    expect(holders(share("a"), share("b"), exclude("a"))).toEqual({ b: "SH" }));

  test("[4] is granted to that reader when the others have gone", () =>
    expect(holders(share("a"), share("b"), exclude("a"), release("b"), exclude("a"))).toEqual({ a: "EX" }));

  test("of an only reader becomes exclusive in one step: the gap of [4] between the two is not modelled", () =>
    expect(holders(share("a"), exclude("a"))).toEqual({ a: "EX" }));

  test("of a writer becomes shared, and lets readers in", () =>
    expect(holders(exclude("a"), share("a"), share("b"))).toEqual({ a: "SH", b: "SH" }));

  test("is the same to whoever asks again for what it has", () => {
    expect(after(share("a"), share("a"))).toEqual(after(share("a")));
    expect(after(exclude("a"), exclude("a"))).toEqual(after(exclude("a")));
  });
});

const description = fc.constantFrom("a", "b", "c");
const event: fc.Arbitrary<LockEvent> = fc.record({
  type: fc.constantFrom("share", "exclude", "release", "drop", "cancel"),
  by: description,
});
const history = fc.array(event, { maxLength: 12 });

describe("whatever has been asked of it before, the lock", () => {
  law.prop([history])("is held by readers alone or by one writer alone", (events) => {
    const modes = Object.values(holders(...events));
    expect(modes.includes("EX") ? modes.length : 1).toBe(1);
  });

  law.prop([history])("is in the state that its holders say", (events) => {
    const modes = Object.values(holders(...events));
    const state = modes.length === 0 ? "free" : modes.includes("EX") ? "exclusive" : "shared";
    expect(after(...events).state).toBe(state);
  });

  law.prop([history, event])("is taken from nobody by what another description does", (events, next) => {
    const { [next.by]: _, ...others } = holders(...events);
    expect(holders(...events, next)).toMatchObject(others);
  });

  law.prop([history, description])("is not held by whoever unlocks or closes", (events, by) => {
    expect(holders(...events, release(by))).not.toHaveProperty(by);
    expect(holders(...events, drop(by))).not.toHaveProperty(by);
  });

  law.prop([history, description])("is granted at once to whoever is alone with it", (events, by) => {
    const { [by]: _, ...others } = holders(...events);
    const granted = Object.keys(others).length === 0 ? { [by]: "EX" } : others;
    expect(holders(...events, exclude(by))).toEqual(granted);
  });

  law.prop([history, description])("does not change when a waiting call is interrupted", (events, by) => {
    expect(after(...events, cancel(by))).toEqual(after(...events));
  });
});
