/** Starts the plain server. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Server, Setting } from "./subject.ts";

const program = fileURLToPath(new URL("plain-program.js", import.meta.url));

const refuse = (): never => {
  throw new Error("the plain server ended before it had opened its port; what it said stands above");
};

export const startPlain = async (setting: Setting): Promise<Server> => {
  const child = fork(program, [], { execArgv: [] });
  child.send(setting);
  const [port] = (await Promise.race([once(child, "message"), once(child, "exit").then(refuse)])) as [number];
  return {
    port,
    processes: () => [child.pid ?? 0],
    end: async () => {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
};
