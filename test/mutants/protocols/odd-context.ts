import { frameLines, papaya, recv, variant, withEdges } from "papaya-proof";
import { assign, createMachine } from "xstate";

/** RECV counts its lines in a Map, and drops every line after the first. */
const base = {
  ...recv.config,
  context: (start) => ({ ...recv.config.context(start), seen: new Map() }),
};
const m = createMachine(base as never, recv.implementations as never);
export default variant(papaya, {
  id: "odd-context",
  says: "a context with a Map in it",
  machines: {
    RECV: withEdges(m as never, "readInput", {
      data: [
        { guard: ({ context }) => context.seen.size > 0, target: "awaitInput" },
        {
          target: "lockLog",
          actions: assign(({ context, event }) => ({
            lines: frameLines(context.partial, event.bytes, context.limit).lines,
            seen: new Map([...context.seen, [event.bytes, 1]]),
          })) as never,
        },
      ],
    }),
  },
});
