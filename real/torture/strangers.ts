/** Strangers: connections without the right token, a few or a flood of them. */
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { match } from "ts-pattern";
import type { Bytes } from "../../model/index.ts";
import type { Surroundings } from "./client.ts";
import type { StrangerManner } from "./plan.ts";

const wrongToken = (token: Bytes): Bytes => `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`;

/** What a stranger sends, one segment each. */
const shownBy = (manner: StrangerManner, token: Bytes, name: string): readonly Bytes[] => {
  const line = `${name}: let me in\n`;
  const wrong = wrongToken(token);
  return match(manner)
    .with("nothing", () => [])
    .with("short", () => [token.slice(0, token.length / 2)])
    .with("wrong", () => [`${wrong}${line}`])
    .with("split", () => [wrong.slice(0, 50), `${wrong.slice(50)}${line}`])
    .with("missing", () => [line])
    .exhaustive();
};

/** Comes, shows what it has, and goes after a while, if it has not been thrown out. */
export const sendStrangers = async (
  { manner, many, for: milliseconds }: { manner: StrangerManner; many: number; for: number },
  /** The number of the first of them. */
  first: number,
  { port, token, hear }: Surroundings,
): Promise<void> => {
  const sockets = Array.from({ length: many }, (_, nth): Socket => {
    const connection = `stranger[${first + nth}]`;
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    hear({ type: "connect", connection, stranger: true });
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => hear({ type: "received", connection, bytes: bytes.toString("latin1") }));
    socket.once("close", () => hear({ type: "closed", connection, by: "server" }));
    socket.once("connect", async () => {
      for (const segment of shownBy(manner, token, connection)) {
        hear({ type: "sent", connection, bytes: segment.slice(segment.lastIndexOf(connection)) });
        socket.write(segment, "latin1");
        await pause(10);
      }
    });
    return socket;
  });
  await pause(milliseconds);
  for (const socket of sockets) socket.destroy();
};
