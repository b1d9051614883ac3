/**
 * The anchor: holds the session and the group that the multicast goes to, starts the daemon, and starts it again when
 * it has been killed. It administers no client. It is needed because a group that has become empty cannot be joined again, and
 * a daemon started from another session could join no older group at all (setpgid(2): EPERM).
 *
 * A daemon that is killed in the middle of a spawn leaves a child that has everything of it until it has settled, the port
 * too: a new daemon could not open it, and would leave for good. The lifeline tells when the last one has let go.
 */
import { setup } from "xstate";
import { close, exit, ignore, read, sigaction, spawn, waitpid } from "./call.ts";
import { machineTypes } from "./machine.ts";

export const anchor = setup({ types: machineTypes<Record<string, never>>() }).createMachine({
  id: "anchor",
  context: {},
  initial: "ignoreNews",
  on: { failed: ".leave" },
  states: {
    ignoreNews: {
      meta: { call: sigaction("SIGUSR1", ignore) }, // it is in the group, and its children inherit this
      on: { ok: "startDaemon" },
    },
    startDaemon: {
      meta: { call: spawn("daemon", { lifeline: "lifeline", group: "own" }) },
      on: { ok: "awaitDaemon" },
    },
    awaitDaemon: {
      meta: { call: waitpid() },
      on: {
        ok: [
          { guard: ({ event }) => event.value !== 0, target: "awaitLifeline" },
          { target: "leave" }, // it ended by itself: somebody wanted the port closed, or it cannot be opened
        ],
        ECHILD: "leave", // whoever started the anchor ignored SIGCHLD: nobody can tell how the daemon ended
      },
    },
    awaitLifeline: {
      meta: { call: read("lifeline", 1) },
      on: { eof: "closeLifeline", ECONNRESET: "closeLifeline", data: "awaitLifeline" },
    },
    closeLifeline: {
      meta: { call: close("lifeline") },
      on: { ok: "startDaemon" },
    },
    leave: { meta: { call: exit() } },
  },
});
