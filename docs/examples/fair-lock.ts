import { papaya, variant } from "papaya-proof";
import { assign, setup } from "xstate";

type Mode = "SH" | "EX";
interface Context {
  readonly holders: Readonly<Record<string, Mode>>;
  readonly waiting: readonly string[];
}
interface Asked {
  readonly type: "share" | "exclude" | "release" | "drop" | "cancel";
  readonly by: string;
}
type Input = { context: Context; event: Asked };

const without = ({ context, event }: Input): Context => {
  const { [event.by]: _, ...holders } = context.holders;
  return { holders, waiting: context.waiting.filter((waiter) => waiter !== event.by) };
};
const granted =
  (mode: Mode) =>
  (input: Input): Context => {
    const { holders, waiting } = without(input);
    return { holders: Object.fromEntries([...Object.entries(holders), [input.event.by, mode] as const].sort()), waiting };
  };
const queued = ({ context, event }: Input): Context => ({
  holders: context.holders,
  waiting: context.waiting.includes(event.by) ? context.waiting : [...context.waiting, event.by],
});

/** Nobody else holds it, and nobody has waited for longer. */
const isFree = ({ context, event }: Input) =>
  Object.keys(context.holders).length === 0 && (context.waiting[0] ?? event.by) === event.by;
const isShareable = ({ context }: Input) =>
  Object.values(context.holders).every((mode) => mode === "SH") && context.waiting.length === 0;

/** A lock with a queue for writers: no reader passes a writer that waits. */
const fairLock = setup({ types: {} as { context: Context; events: Asked } }).createMachine({
  id: "fair-lock",
  context: { holders: {}, waiting: [] },
  initial: "open",
  states: {
    open: {
      on: {
        share: { guard: isShareable, actions: assign(granted("SH")) },
        exclude: [{ guard: isFree, actions: assign(granted("EX")) }, { actions: assign(queued) }],
        release: { actions: assign(without) },
        drop: { actions: assign(without) },
        cancel: { actions: assign(without) },
      },
    },
  },
});

export default variant(papaya, {
  id: "fair-lock",
  says: "A lock that lets no reader pass a writer that waits.",
  lock: fairLock,
});
