/**
 * flock(2) on one file: who holds it, by open file description (flock belongs to the description, not to the process).
 *
 * The kernel sends `share` and `exclude` when a description asks, `release` on LOCK_UN, `drop` when the last descriptor
 * of a description is closed, `cancel` when a waiting call is interrupted. It reads the answer off the next state: the
 * description is among the holders (granted); it is not, but something changed (it waits, having lost or queued
 * something); nothing changed (it just waits). So a protocol may bring a lock machine of its own, with a queue or a
 * fault in it, as long as its context has `holders`.
 */
import { assign, setup } from "xstate";

export type LockHolderMode = "SH" | "EX";
export interface LockContext {
  readonly holders: Readonly<Record<string, LockHolderMode>>;
}
export interface LockEvent {
  readonly type: "share" | "exclude" | "release" | "drop" | "cancel";
  readonly by: string;
}

type Input = { context: LockContext; event: LockEvent };

const others = ({ context, event }: Input) =>
  Object.entries(context.holders).filter(([holder]) => holder !== event.by);
const isHolder = ({ context, event }: Input) => event.by in context.holders;
const isAlone = (input: Input) => others(input).length === 0;
const hold = (mode: LockHolderMode) => (input: Input) => ({
  holders: Object.fromEntries([...others(input), [input.event.by, mode] as const].sort()),
});
const letGo = (input: Input) => ({ holders: Object.fromEntries(others(input)) });

const lockSetup = setup({ types: {} as { context: LockContext; events: LockEvent } });

/**
 * Plain flock: a shared lock is granted past a waiting writer. A conversion where others hold the lock too is not atomic:
 * what was held is given up first (the step in which the description is no holder any more), then the other mode is asked
 * for anew. Whoever holds it alone converts it in one step, as Linux does it (flock(2) would allow a gap there, too).
 */
export const lock = lockSetup.createMachine({
  id: "lock",
  context: { holders: {} },
  initial: "free",
  on: { cancel: {} },
  states: {
    free: {
      on: {
        share: { target: "shared", actions: assign(hold("SH")) },
        exclude: { target: "exclusive", actions: assign(hold("EX")) },
      },
    },
    shared: {
      on: {
        share: { actions: assign(hold("SH")) },
        exclude: [
          {
            guard: (input) => isHolder(input) && isAlone(input),
            target: "exclusive",
            actions: assign(hold("EX")),
          },
          { guard: isHolder, actions: assign(letGo) },
        ],
        release: [
          { guard: (input) => isHolder(input) && isAlone(input), target: "free", actions: assign(letGo) },
          { actions: assign(letGo) },
        ],
        drop: [
          { guard: (input) => isHolder(input) && isAlone(input), target: "free", actions: assign(letGo) },
          { actions: assign(letGo) },
        ],
      },
    },
    exclusive: {
      on: {
        share: { guard: isHolder, target: "shared", actions: assign(hold("SH")) },
        release: { guard: isHolder, target: "free", actions: assign(letGo) },
        drop: { guard: isHolder, target: "free", actions: assign(letGo) },
      },
    },
  },
});

/** Who holds the lock, read off its machine's context; nobody where it has none yet. */
export const holdersOf = (context: unknown): Readonly<Record<string, LockHolderMode>> =>
  (context as LockContext | undefined)?.holders ?? {};
