/**
 * What ours is compared with: one Node process that holds every connection, speaks the same wire protocol, and keeps the same log.
 *
 * It does the same work for a message: lines are framed and refused by the very same parser, what has been accepted is appended to a
 * file that was opened with O_APPEND before anybody is sent it, and a new client is sent the log from its beginning. And it is as good at it
 * as one process can be: whatever arrives in one turn of the event loop is one append, and one write for each client.
 *
 * What it does not do: it is one process, so it needs no lock, no signal and no reading back; it keeps what a slow client does not take in
 * its memory; and it dies as a whole.
 */
import { once } from "node:events";
import { fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { frameLines } from "../../../model/index.ts";
import type { Setting } from "./subject.ts";

const [{ log: path, token, lineLimit, durability }] = (await once(process, "message")) as [Setting];
const log = openSync(path, "a", 0o600);
const members = new Set<Socket>();
let waiting = "";

const append = (): void => {
  const lines = Buffer.from(waiting, "latin1");
  waiting = "";
  for (let written = 0; written < lines.length; ) written += writeSync(log, lines, written);
  if (durability === "always") fdatasyncSync(log);
  for (const member of members) member.write(lines);
  if (durability === "batch") fdatasyncSync(log);
};

const accept = (lines: string): void => {
  if (waiting === "") setImmediate(append);
  waiting += lines;
};

const converse = (socket: Socket): void => {
  let shown = "";
  let partial = "";
  const take = (bytes: string): void => {
    const { lines, refusals, rest } = frameLines(partial, bytes, lineLimit);
    partial = rest;
    if (lines !== "") accept(lines);
    if (refusals !== "") socket.write(refusals, "latin1");
  };
  const authenticate = (bytes: string): void => {
    shown += bytes;
    if (shown.length < token.length) return;
    if (!shown.startsWith(token)) return void socket.destroy();
    socket.write(readFileSync(path));
    members.add(socket);
    if (shown.length > token.length) take(shown.slice(token.length));
  };
  socket.setNoDelay(true);
  socket.setEncoding("latin1");
  socket.on("data", (bytes: string) => (members.has(socket) ? take(bytes) : authenticate(bytes)));
  socket.on("close", () => members.delete(socket));
  socket.on("error", () => socket.destroy());
};

const server = createServer(converse);
server.listen({ port: 0, host: "127.0.0.1", backlog: 128 }, () => {
  const address = server.address();
  process.send?.(typeof address === "object" ? address?.port : 0);
});
