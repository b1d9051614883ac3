import { flock, open } from "../call.ts";
import { withEdges, withStateBefore, withStates } from "../edit.ts";
import type { ProcessMachine } from "../machine.ts";
import { variant } from "../protocol.ts";
import { recv } from "../recv.ts";
import { send } from "../send.ts";
import { papaya } from "./papaya.ts";

/** Whoever wants the log's lock goes through the turnstile first, and leaves it when it has the lock. */
const throughTurnstile = (machine: ProcessMachine, afterOpen: string, afterLock: string): ProcessMachine => {
  const entering = withStateBefore(machine, "lockLog", "passTurnstile", {
    meta: { call: flock("turnstile", "EX") },
    on: { ok: "lockLog" },
  });
  const leaving = withStates(entering, {
    openTurnstile: {
      meta: { call: open("turnstile", "turnstile", { access: "write" }) },
      on: { ok: afterOpen },
    },
    leaveTurnstile: { meta: { call: flock("turnstile", "UN") }, on: { ok: afterLock } },
  });
  return withEdges(withEdges(leaving, "openLog", { ok: "openTurnstile" }), "lockLog", {
    ok: "leaveTurnstile",
  });
};

export const turnstile = variant(papaya, {
  id: "turnstile",
  says: "Readers and writers pass a second lock, one at a time, before they ask for the log's: a writer that waits holds readers off.",
  machines: {
    RECV: throughTurnstile(recv, "startSend", "notifyGroup"),
    SEND: throughTurnstile(send, "passTurnstile", "seekLog"),
  },
});
