/**
 * One signal of one process: its disposition, whether it is blocked, and whether it is pending (signals do not queue, so
 * that is a yes or no).
 *
 * The kernel sends `send` (kill), `block`, `unblock`, `install` (sigaction) and `handled` (the handler has run), and
 * reads the answer off the tags of the next state:
 *
 * - `pending`: blocked, and waiting to be delivered; a call that unblocks it (sigsuspend, ppoll) unblocks it for its wait;
 * - `caught`: a handler is about to run, before the process's next call or inside the one that it is blocked in;
 * - `fatal`: the default action; the process dies.
 *
 * A protocol may bring a machine of its own with the same events and tags.
 */
import { assign, setup } from "xstate";
import type { Disposition } from "./syscall.ts";

export interface SignalContext {
  readonly disposition: Disposition;
}
export type SignalMachineEvent =
  | { readonly type: "send" | "block" | "unblock" | "handled" }
  | { readonly type: "install"; readonly disposition: Disposition };

export type SignalTag = "blocked" | "pending" | "caught" | "fatal";

type Input = { context: SignalContext };
const isIgnored = ({ context }: Input) => context.disposition.kind === "ignore";
const isCaught = ({ context }: Input) => context.disposition.kind === "handler";

/** A System V handler serves once: its disposition is the default again as soon as it runs. */
const afterHandler = ({ context }: Input): SignalContext =>
  context.disposition.kind === "handler" && context.disposition.once
    ? { disposition: { kind: "default" } }
    : context;

const signalSetup = setup({
  types: {} as {
    context: SignalContext;
    events: SignalMachineEvent;
    input: { disposition: Disposition };
    tags: SignalTag;
  },
});
const install = signalSetup.assign(({ event }) =>
  event.type === "install" ? { disposition: event.disposition } : {},
);
const ignores = ({ event }: { event: SignalMachineEvent }) =>
  event.type === "install" && event.disposition.kind === "ignore";

export const signal = signalSetup.createMachine({
  id: "signal",
  context: ({ input }) => ({ disposition: input.disposition }),
  initial: "open",
  states: {
    /** Not blocked: acts as soon as it is sent. */
    open: {
      on: {
        send: [{ guard: isIgnored }, { guard: isCaught, target: "caught" }, { target: "fatal" }],
        block: "blocked",
        install: { actions: install },
      },
    },
    blocked: {
      tags: ["blocked"],
      on: {
        // Linux keeps an ignored signal pending while it is blocked; POSIX leaves it open.
        send: "pending",
        unblock: "open",
        install: { actions: install },
      },
    },
    pending: {
      tags: ["blocked", "pending"],
      on: {
        unblock: [
          { guard: isIgnored, target: "open" },
          { guard: isCaught, target: "caught" },
          { target: "fatal" },
        ],
        install: [{ guard: ignores, target: "blocked", actions: install }, { actions: install }],
      },
    },
    caught: {
      tags: ["caught"],
      on: {
        block: "pending",
        handled: { target: "open", actions: assign(afterHandler) },
      },
    },
    fatal: { tags: ["fatal"] },
  },
});
