/**
 * The published protocol as its papers tell it, on one page:
 *
 *     daemon   opens the log once; accepts, forks
 *     RECV     one read for the token; forks SEND; then read, flock(EX), write what was read, kill(0, SIGUSR1), flock(UN)
 *     SEND     history under the lock; then pause, flock(SH), lseek, one read, flock(UN), write to the client
 *
 * Everybody has inherited the one open file description of the log: its lock excludes nobody, its offset is everybody's.
 */
import { defineProtocol } from "../../protocol.ts";
import { publishedDaemon } from "./daemon.ts";
import { publishedRecv } from "./recv.ts";
import { publishedSend } from "./send.ts";

export const published = defineProtocol({
  id: "published",
  says: "The protocol as the papers tell it and the authors' server does it.",
  machines: { daemon: publishedDaemon, RECV: publishedRecv, SEND: publishedSend },
  start: [{ role: "daemon", group: "daemon", session: "daemon" }],
  parameters: { historyLines: 7 },
  bounds: { faults: { "short-write": 1 } },
  breaks: ["P1", "P2", "P3", "P6", "P7", "P8", "P9", "P11"],
});
