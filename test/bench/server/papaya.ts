/** Starts our server: the one that `papaya serve` starts. What supervises it, and serves no client, is the process that measures. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { membersOf } from "../../../real/kernel.ts";
import { native, signalNumbers } from "../../../real/native.ts";
import { Server as OurServer } from "../../../real/server/index.ts";
import { digestOf } from "../../../real/server/token.ts";
import type { Server, Setting } from "./subject.ts";

/** No limit that a measurement comes to; those who have just left still count for a moment. */
const limits = { clients: 1_000, unauthenticated: 1_000, authentication: 5_000 };

/** With the whole history, as the plain server. */
export const startPapaya = async (setting: Setting): Promise<Server> => {
  const { directory, log, token, lineLimit, durability } = setting;
  const server = await OurServer.start({
    ...{ address: "127.0.0.1", port: 0, history: "all", durability, onStop: "keep", drain: 0 },
    sessions: [{ name: "chat", log, digest: digestOf(Buffer.from(token, "latin1")).toString("hex") }],
    limits: { ...limits, line: lineLimit },
    state: join(directory, "state"),
  });
  const processes = () => membersOf(new Set([server.anchor]));
  const end = async () => {
    await server.stop();
    for (let left = processes(); left.length > 0; left = processes()) {
      for (const pid of left) native.kill(pid, signalNumbers.SIGKILL);
      await pause(5);
    }
  };
  return { port: server.address.port, processes, end };
};
