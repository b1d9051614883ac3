/**
 * The mended protocol, on one page:
 *
 *     anchor   holds session and group "chat", starts the daemon, starts it again when it has died
 *     daemon   waits for all connections at once, reads no more than the token, starts a RECV, forgets it
 *     RECV     opens the log itself; starts SEND; frames lines; flock(EX), signals the group, repairs half a line,
 *              appends, takes back what did not fit, flock(UN)
 *     SEND     catches the signal, joins the group, opens the log itself; flock(SH), reads, flock(UN), writes to its
 *              client, until it has come to the end; waits for the signal, which is blocked everywhere else
 *
 * RECV and SEND each hold one end of a socketpair: whoever dies takes the other one with it, and nobody else.
 */
import { anchor } from "../anchor.ts";
import { daemon } from "../daemon.ts";
import { defineProtocol } from "../protocol.ts";
import { recv } from "../recv.ts";
import { send } from "../send.ts";

export const papaya = defineProtocol({
  id: "papaya",
  says: "The mended protocol.",
  machines: { anchor, daemon, RECV: recv, SEND: send },
  start: [{ role: "anchor", group: "chat", session: "server" }],
});
