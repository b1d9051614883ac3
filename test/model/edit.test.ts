/** Machines made of other machines: each edit does what it says, and nothing else. */
import { describe, expect, test } from "vitest";
import { assign, setup } from "xstate";
import {
  advance,
  exit,
  fstat,
  lseek,
  machineTypes,
  metaOf,
  open,
  type ProcessMachine,
  read,
  startMachine,
  withCall,
  withEdges,
  withoutState,
  withStateBefore,
  withStates,
} from "../../model/index.ts";

/** Opens the log, reads it twice, measures it on the way back, and leaves; counts the bytes. */
const reader = setup({ types: machineTypes<{ count: number }>() }).createMachine({
  id: "reader",
  context: { count: 0 },
  initial: "openLog",
  on: { failed: ".leave" },
  states: {
    openLog: { meta: { call: open("log", "log", { access: "read" }) }, on: { ok: "readLog" } },
    readLog: {
      meta: { call: read("log", 1), critical: "read" },
      on: {
        data: [
          {
            guard: ({ context }) => context.count > 0,
            target: "leave",
            actions: assign({ count: ({ context }) => context.count + 1 }),
          },
          { target: "measureLog", actions: assign({ count: ({ context }) => context.count + 1 }) },
        ],
        eof: "leave",
      },
    },
    measureLog: { meta: { call: fstat("log") }, on: { ok: { target: "readLog" } } },
    leave: { meta: { call: exit() } },
  },
});

const ok = { type: "ok", value: 0, name: "" } as const;
const data = { type: "data", bytes: "x" } as const;
const statesOf = (machine: ProcessMachine) => Object.keys(machine.states);
const from = (
  machine: ProcessMachine,
  state: string,
  event: typeof ok | typeof data | { type: "eof" },
  count = 0,
) => advance(machine, { state, context: { count } }, event);
const edgesOf = (machine: ProcessMachine) =>
  Object.fromEntries(statesOf(machine).map((state) => [state, machine.states[state]?.config.on]));

describe("withCall", () => {
  const changed = withCall(reader, "readLog", read("log", 9));

  test("makes one state make another call, and keeps it critical", () =>
    expect(metaOf(changed, "readLog")).toEqual({ call: read("log", 9), critical: "read" }));
  test("leaves the edges, guards and actions of that state as they were", () => {
    expect(from(changed, "readLog", data)).toEqual({ state: "measureLog", context: { count: 1 } });
    expect(from(changed, "readLog", data, 1)).toEqual({ state: "leave", context: { count: 2 } });
  });
  test("leaves the machine that it was made of alone", () =>
    expect(metaOf(reader, "readLog")?.call).toEqual(read("log", 1)));
});

describe("withEdges", () => {
  const changed = withEdges(reader, "readLog", { eof: "measureLog" });

  test("leads a result elsewhere", () =>
    expect(from(changed, "readLog", { type: "eof" }).state).toBe("measureLog"));
  test("keeps the other results of that state, and its call", () => {
    expect(from(changed, "readLog", data, 1).state).toBe("leave");
    expect(metaOf(changed, "readLog")).toEqual(metaOf(reader, "readLog"));
  });
  test("can add a result", () =>
    expect(withEdges(reader, "leave", { ok: "openLog" }).states.leave?.config.on).toEqual({ ok: "openLog" }));
});

describe("withStates", () => {
  const seekLog = { meta: { call: lseek("log", 0, "SET") }, on: { ok: "readLog" } };

  test("adds a state, and replaces one as a whole", () => {
    const changed = withStates(reader, { seekLog, measureLog: { meta: { call: exit() } } });
    expect(statesOf(changed)).toEqual([...statesOf(reader), "seekLog"]);
    expect(edgesOf(changed)).toEqual({ ...edgesOf(reader), seekLog: seekLog.on, measureLog: undefined });
    expect(metaOf(changed, "measureLog")?.call).toEqual(exit());
  });
  test("can change where the machine starts, and with what", () => {
    const changed = withStates(reader, { seekLog }, { initial: "seekLog", context: () => ({ count: 7 }) });
    expect(startMachine(changed)).toEqual({ state: "seekLog", context: { count: 7 } });
  });
  test("keeps the machine's name and its answer to errors", () => {
    const changed = withStates(reader, { seekLog });
    expect(changed.id).toBe("reader");
    expect(advance(changed, startMachine(changed), { type: "failed", errno: "EIO" }).state).toBe("leave");
  });
});

describe("withoutState", () => {
  test("leads whatever led to a state elsewhere", () => {
    const changed = withoutState(reader, "measureLog", "readLog");
    expect(statesOf(changed)).toEqual(["openLog", "readLog", "leave"]);
    expect(from(changed, "readLog", data)).toEqual({ state: "readLog", context: { count: 1 } });
    expect(from(changed, "readLog", data, 1).state).toBe("leave");
  });
  test("starts elsewhere where the machine started there", () =>
    expect(startMachine(withoutState(reader, "openLog", "readLog")).state).toBe("readLog"));
});

describe("withStateBefore", () => {
  const seekLog = { meta: { call: lseek("log", 0, "SET") }, on: { ok: "readLog" } };
  const changed = withStateBefore(reader, "readLog", "seekLog", seekLog);

  test("leads whatever led to a state to the new one first", () => {
    expect(from(changed, "openLog", ok).state).toBe("seekLog");
    expect(from(changed, "measureLog", ok).state).toBe("seekLog");
    expect(from(changed, "seekLog", ok).state).toBe("readLog");
  });
  test("leaves the state itself as it was", () =>
    expect(changed.states.readLog?.config).toEqual(reader.states.readLog?.config));
  test("starts with the new state where the machine started with the old one", () => {
    const opening = { meta: { call: fstat("log") }, on: { ok: "openLog" } };
    expect(startMachine(withStateBefore(reader, "openLog", "look", opening)).state).toBe("look");
  });
});

describe("a state that the machine does not have is refused, and the ones it has are named, by", () => {
  const refusal = new RangeError(
    "machine reader has no state “raedLog”; it has openLog, readLog, measureLog, leave",
  );
  test("withCall", () => expect(() => withCall(reader, "raedLog", exit())).toThrow(refusal));
  test("withEdges", () => expect(() => withEdges(reader, "raedLog", {})).toThrow(refusal));
  test("withoutState", () => expect(() => withoutState(reader, "raedLog", "leave")).toThrow(refusal));
  test("withStateBefore", () => {
    const state = { meta: { call: exit() } };
    expect(() => withStateBefore(reader, "raedLog", "seek", state)).toThrow(refusal);
  });
});

describe("an edge to a state that there is not is refused where it is made, with its state, by", () => {
  const refusal = /'reader\.openLog'.*'raedLog' does not exist/s;
  test("withEdges", () => expect(() => withEdges(reader, "openLog", { ok: "raedLog" })).toThrow(refusal));
  test("withoutState", () => expect(() => withoutState(reader, "readLog", "raedLog")).toThrow(refusal));
});
