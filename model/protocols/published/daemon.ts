import { setup } from "xstate";
import { accept, close, exit, fork, ignore, listen, open, sigaction } from "../../call.ts";
import { machineTypes } from "../../machine.ts";

/** The published daemon: opens the log once, for everybody; accepts, forks, and closes its copy of the socket. */
export const publishedDaemon = setup({ types: machineTypes<Record<string, never>>() }).createMachine({
  id: "daemon",
  context: {},
  initial: "openLog",
  on: { failed: ".leave" },
  states: {
    openLog: {
      meta: { call: open("log", "log", { access: "write", append: true }) },
      on: { ok: "ignoreNews" },
    },
    ignoreNews: {
      meta: { call: sigaction("SIGUSR1", ignore) },
      on: { ok: "reapChildren" },
    },
    reapChildren: {
      // A handler (SA_RESTART) that calls waitpid; fork hands it on to RECV. Ignoring the signal has the same effect.
      meta: { call: sigaction("SIGCHLD", ignore) },
      on: { ok: "openPort" },
    },
    openPort: {
      meta: { call: listen("listener") },
      on: { ok: "acceptClient", EADDRINUSE: "leave" },
    },
    acceptClient: {
      meta: { call: accept("listener", "socket") },
      on: { ok: "startRecv" },
    },
    startRecv: {
      meta: { call: fork("RECV") },
      on: { ok: "closeSocket" },
    },
    closeSocket: {
      meta: { call: close("socket") },
      on: { ok: "acceptClient" },
    },
    leave: { meta: { call: exit() } },
  },
});
