import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { descendantsOf, descriptorsOf, parentOf, stateOf, statusOf } from "../../real/kernel.ts";
import { inhabitants } from "../../real/server/population.ts";
import { removeProgram } from "../command.ts";
import { Chatter, kill, patience } from "../server/chatting.ts";
import { flagsFor, membersOf, ready, Served } from "../server/serving.ts";

afterAll(removeProgram);

const clientsOf = (served: Served) => inhabitants(served.anchor).filter(({ role }) => role === "SEND").length;

describe("SIGUSR1", () => {
  /** The ports that processes listen on, as the kernel has them. */
  const listening = (pids: readonly number[]): number[] => {
    const sockets = new Set(pids.flatMap((pid) => [...descriptorsOf(pid).values()]));
    return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) =>
      readFileSync(table, "utf8")
        .split("\n")
        .map((row) => row.trim().split(/\s+/))
        .filter((row) => row[3] === "0A" && sockets.has(`socket:[${row[9]}]`))
        .map((row) => Number.parseInt(row[1]?.split(":")[1] ?? "", 16)),
    );
  };

  it("at any moment of its start, and later, kills no process and opens no debugger's port", async () => {
    const kit = ready();
    const served = Served.launch(kit.directory, flagsFor(kit));
    const supervisor = served.child.pid ?? 0;
    const seen = new Map<number, number>();
    // All that have been forked: the starter, which makes way for them, is none of them, nor is who has gone before it was asked for.
    const targets = () =>
      descendantsOf(supervisor).filter((pid) => {
        const parent = parentOf(pid);
        return parent > 0 && (parent !== supervisor || membersOf(served).includes(pid));
      });
    let isEnough = false;
    // As often as it can, at whoever is there: those who have just been forked among them.
    const pestering = (async () => {
      while (!isEnough) {
        for (const pid of targets()) {
          kill(pid, "SIGUSR1");
          seen.set(pid, (seen.get(pid) ?? 0) + 1);
        }
        await new Promise((done) => setImmediate(done));
      }
    })();
    onTestFinished(() => {
      isEnough = true;
    });
    await served.opens();
    const clients: Chatter[] = [];
    for (let nth = 1; nth <= 12; nth++) {
      clients.push(await Chatter.enter(served.port, `${kit.token}${nth}\n`));
      await expect.poll(() => clientsOf(served), patience).toBe(nth);
    }
    const daemon = inhabitants(served.anchor).find(({ role }) => role === "daemon")?.pid;
    kill(daemon, "SIGKILL");
    await expect
      .poll(() => served.events.filter(({ event }) => event === "port open").length, patience)
      .toBe(2);
    clients.push(await Chatter.enter(served.port, `${kit.token}13\n`));
    await expect.poll(() => clientsOf(served), patience).toBe(13);
    for (const client of clients) await client.hearsAmong(...clients.map((_, at) => String(at + 1)));
    isEnough = true;
    await pestering;
    const dead = [...seen.keys()].filter((pid) => pid !== daemon && ["Z", null].includes(stateOf(pid)));
    expect(dead).toEqual([]);
    expect(listening([...seen.keys(), served.child.pid ?? 0])).toEqual([served.port]);
    await expect
      .poll(() => membersOf(served).every((pid) => statusOf(pid)?.state === "S"), patience)
      .toBe(true);
  });
});
