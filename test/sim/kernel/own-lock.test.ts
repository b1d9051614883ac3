/** A protocol may bring a lock of its own. This one has a queue: a reader waits behind a writer that waits. */
import { describe, expect, test } from "vitest";
import { assign, setup } from "xstate";
import {
  flock,
  handler,
  kill,
  type LockContext,
  type LockEvent,
  open,
  read,
  script,
  sigaction,
  spawn,
  the,
  write,
} from "../../../model/index.ts";
import { type Fact, fact } from "../../conformance/fact.ts";
import { outcomesOf } from "../../conformance/simulated.ts";

type Context = LockContext & { readonly queue: readonly string[] };
type Input = { readonly context: Context; readonly event: LockEvent };

const others = ({ context, event }: Input) =>
  Object.fromEntries(Object.entries(context.holders).filter(([holder]) => holder !== event.by));
const isFirst = ({ context, event }: Input) => (context.queue[0] ?? event.by) === event.by;
const behind = ({ context, event }: Input) => context.queue.filter((waiter) => waiter !== event.by);

const queueing = setup({ types: {} as { context: Context; events: LockEvent } }).createMachine({
  id: "queueing lock",
  context: { holders: {}, queue: [] },
  initial: "here",
  states: { here: {} },
  on: {
    share: {
      guard: (input) => isFirst(input) && !Object.values(others(input)).includes("EX"),
      actions: assign((input) => ({
        holders: { ...others(input), [input.event.by]: "SH" as const },
        queue: behind(input),
      })),
    },
    exclude: [
      {
        guard: (input) => isFirst(input) && Object.keys(others(input)).length === 0,
        actions: assign((input) => ({ holders: { [input.event.by]: "EX" as const }, queue: behind(input) })),
      },
      { actions: assign((input) => ({ queue: [...behind(input), input.event.by] })) },
    ],
    release: { actions: assign((input) => ({ holders: others(input) })) },
    drop: { actions: assign((input) => ({ holders: others(input), queue: behind(input) })) },
    cancel: { actions: assign((input) => ({ queue: behind(input) })) },
  },
});

const openLog = open("log", "log", { access: "write" });
const withQueue = (queued: Fact): Fact => ({ ...queued, protocol: { ...queued.protocol, lock: queueing } });

describe("with a lock that has a queue", () => {
  test("a new reader may come too late: it waits behind the writer that waits", () => {
    const late = fact(
      "",
      {
        A: script(openLog, flock("log", "SH"), spawn("B"), spawn("C")),
        B: script(openLog, flock("log", "EX")),
        C: script(openLog, flock("log", "SH")),
      },
      { tells: ["flock"], outcomes: [] },
    );
    expect(outcomesOf(late)).toEqual(["A: ok; B: waits in flock; C: ok"]);
    expect(outcomesOf(withQueue(late))).toEqual([
      "A: ok; B: waits in flock; C: ok",
      "A: ok; B: waits in flock; C: waits in flock",
    ]);
  });

  test("a writer whose call is interrupted leaves the queue", () => {
    const interrupted = fact(
      "",
      {
        A: script(
          openLog,
          flock("log", "SH"),
          spawn("B", { lifeline: "line" }),
          read("line", 1),
          kill(the("B"), "SIGUSR1"),
          read("line", 1),
          spawn("C"),
        ),
        B: script(
          sigaction("SIGUSR1", handler({ restart: false })),
          openLog,
          write("line", "x"),
          flock("log", "EX"),
          write("line", "y"),
        ),
        C: script(openLog, flock("log", "SH")),
      },
      { tells: ["flock"], outcomes: [] },
    );
    // Where the handler runs before the call, the writer waits in it, and A for its word.
    expect(outcomesOf(withQueue(interrupted))).toEqual([
      "A: ok, waits in read; B: waits in flock",
      "A: ok; B: EINTR; C: ok",
    ]);
  });
});
