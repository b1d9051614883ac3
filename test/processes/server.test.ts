import { appendFileSync, closeSync, linkSync, mkdirSync, openSync, renameSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { stateOf } from "../../real/kernel.ts";
import { flags, native } from "../../real/native.ts";
import { Server, standingOf } from "../../real/server/index.ts";
import {
  clientsIn,
  isOpen,
  kill,
  killDaemon,
  kit,
  patience,
  pidOf,
  type Running,
  roles,
  startServer,
  writeLines,
} from "../server/chatting.ts";

describe("clusters are independent", () => {
  it("the daemon is killed, clients go on, and whoever comes later sees everything and is heard", async () => {
    const running = await startServer(kit());
    const [ana, bea] = [await running.join(), await running.join()];
    ana.say("ana: one");
    await bea.hears("ana: one");
    const isReplaced = killDaemon(running);
    ana.say("ana: two");
    await bea.hears("ana: one", "ana: two");
    await isReplaced();
    const eve = await running.join();
    eve.say("eve: three");
    for (const one of [ana, bea, eve]) await one.hears("ana: one", "ana: two", "eve: three");
  });

  for (const [dies, stays] of [
    ["RECV", "SEND"],
    ["SEND", "RECV"],
  ] as const)
    it(`a ${dies} that dies takes its ${stays} with it, and nobody else`, async () => {
      const running = await startServer(kit());
      const [ana, bea] = [await running.join(), await running.join()];
      await clientsIn(running, 2);
      const first = running.server.inhabitants().find(({ cluster }) => cluster !== null)?.cluster?.number;
      kill(pidOf(running, dies, first), "SIGKILL");
      await clientsIn(running, 1);
      await expect.poll(() => ana.isClosed || bea.isClosed, patience).toBe(true);
      const left = ana.isClosed ? bea : ana;
      left.say("still here");
      await left.hears("still here");
      expect(roles(running).filter((role) => role.includes(`[${first}]`))).toEqual([]);
    });

  it("SIGTERM ends a cluster, but not in the middle of an append", async () => {
    const running = await startServer(kit());
    const [ana, bea] = [await running.join(), await running.join()];
    await clientsIn(running, 2);
    ana.say("ana: here");
    await bea.hears("ana: here");
    const log = openSync(running.settings.sessions[0]!.log, "r");
    expect(native.flock(log, flags.LOCK_EX)).toBe(0);
    ana.say("ana: last");
    const recv = () =>
      running.server.inhabitants().filter((one) => one.role === "RECV" && standingOf(one).waitsForLock);
    await expect.poll(() => recv().length, patience).toBe(1);
    kill(recv()[0]?.pid, "SIGTERM");
    closeSync(log);
    await bea.hears("ana: here", "ana: last");
    await expect.poll(() => ana.isClosed, patience).toBe(true);
  });

  it("no cluster outlives its client, and nobody is left unreaped", async () => {
    const running = await startServer(kit());
    const clients = await Promise.all([1, 2, 3].map(() => running.join()));
    await clientsIn(running, 3);
    const pids = running.server.inhabitants().map(({ pid }) => pid);
    for (const client of clients) client.leave();
    await clientsIn(running, 0);
    expect(roles(running).sort()).toEqual(["anchor", "daemon"]);
    await expect.poll(() => pids.filter((pid) => stateOf(pid) === "Z"), patience).toEqual([]);
  });

  it("without its anchor a server begins anew by itself: clients are cut off, and can come back", async () => {
    const running = await startServer(kit());
    const ana = await running.join();
    ana.say("ana: one");
    await ana.hears("ana: one");
    kill(running.server.anchor, "SIGKILL");
    await expect.poll(() => ana.isClosed, patience).toBe(true);
    await expect.poll(() => isOpen(running.server.address.port), patience).toBe(true);
    await (await running.join()).hears("ana: one");
  });
});

describe("a server stops as it is asked to", () => {
  it("drain: the port closes, whoever is there may go on, and it stops when the last one has left", async () => {
    const running = await startServer(kit({ drain: 600 }));
    const ana = await running.join();
    await clientsIn(running, 1);
    const stopped = running.server.stop("drain");
    await expect.poll(() => isOpen(running.server.address.port), patience).toBe(false);
    ana.say("ana: the last word");
    await ana.hears("ana: the last word");
    ana.leave();
    await stopped;
    expect(roles(running)).toEqual([]);
  });

  it("drain: when time is up, clients are cut off", async () => {
    const running = await startServer(kit({ drain: 0 }));
    const ana = await running.join();
    await clientsIn(running, 1);
    await running.server.stop("drain");
    await expect.poll(() => ana.isClosed, patience).toBe(true);
    expect(roles(running)).toEqual([]);
  });

  it("keep: clients go on behind a closed port, and the next server takes them up", async () => {
    const from = kit();
    const first = await startServer(from);
    const ana = await first.join();
    await clientsIn(first, 1);
    await first.server.stop("keep");
    expect(await isOpen(first.server.address.port)).toBe(false);
    ana.say("ana: alone");
    await ana.hears("ana: alone");
    const second = await startServer(from);
    const bea = await second.join();
    bea.say("bea: not any more");
    for (const one of [ana, bea]) await one.hears("ana: alone", "bea: not any more");
    expect(roles(second)).toContain("RECV[2]");
    expect(second.server.anchor).toBe(first.server.anchor);
  });

  it("a server that has no clients left, and is on its way out, is in nobody's way", async () => {
    const from = kit();
    mkdirSync(from.settings.state, { mode: 0o700 });
    const leaving = createServer((connection) => {
      connection.destroy();
      leaving.close();
    }).listen(join(from.settings.state, "control"));
    await vi.waitUntil(() => leaving.listening, patience);
    const ana = await (await startServer(from)).join();
    ana.say("ana: one");
    await ana.hears("ana: one");
  });

  it("SIGTERM to the daemon stops the server, and does not start another daemon", async () => {
    const running = await startServer(kit());
    kill(pidOf(running, "daemon"), "SIGTERM");
    await running.server.ended;
    expect(roles(running)).toEqual([]);
  });
});

describe("a log has one server", () => {
  const refused = (change: object) => expect(Server.start({ ...kit().settings, ...change })).rejects;

  it("by whatever name", async () => {
    const { settings, directory } = await startServer(kit());
    await refused({ state: settings.state }).toThrow(/a server is running already/);
    const [hard, soft] = [join(directory, "hard"), join(directory, "soft")];
    linkSync(settings.sessions[0]!.log, hard);
    symlinkSync(hard, soft);
    for (const log of [hard, soft])
      await refused({ sessions: [{ ...settings.sessions[0], log }] }).toThrow(/another server has this log/);
  });

  it("and keeps the line limit of those who are there", async () => {
    const from = kit();
    const first = await startServer(from);
    await first.join();
    await clientsIn(first, 1);
    await first.server.stop("keep");
    const limits = { ...from.settings.limits, line: 1000 };
    await expect(Server.start({ ...from.settings, limits })).rejects.toThrow(/another longest line/);
    expect(roles(first)).toContain("RECV[1]");
  });

  it("moved away, it has nobody who comes to another one and talks past those who are there", async () => {
    const running = await startServer(kit());
    const log = running.settings.sessions[0]?.log ?? "";
    const ana = await running.join();
    ana.say("ana: before");
    await ana.hears("ana: before");
    renameSync(log, `${log}.1`);
    const bea = await running.join();
    await expect.poll(() => bea.isClosed, patience).toBe(true);
    expect(bea.heard).toBe("");
    ana.say("ana: after");
    await ana.hears("ana: before", "ana: after");
    const problem = "open: the log is not the file any more that it was at the start";
    await expect
      .poll(() => running.events, patience)
      .toContainEqual(expect.objectContaining({ event: "trouble", role: "RECV", problem }));
  });

  it("half a line that somebody left is cut off before anything else", async () => {
    const from = kit();
    writeLines(from.settings.sessions[0]!.log, ["whole"]);
    appendFileSync(from.settings.sessions[0]!.log, "hal");
    const ana = await (await startServer(from)).join();
    ana.say("new");
    await ana.hears("whole", "new");
  });
});

describe("whoever looks sees", () => {
  const standingOfRole = (running: Running, role: string, client: number) => {
    const found = running.server
      .inhabitants()
      .find((one) => one.role === role && one.cluster?.number === client);
    return found === undefined ? null : standingOf(found);
  };

  it("who waits for the lock", async () => {
    const running = await startServer(kit());
    const ana = await running.join();
    await clientsIn(running, 1);
    const log = openSync(running.settings.sessions[0]!.log, "r");
    expect(native.flock(log, flags.LOCK_EX)).toBe(0);
    expect(standingOfRole(running, "RECV", 1)?.waitsForLock).toBe(false);
    ana.say("ana: one");
    await expect.poll(() => standingOfRole(running, "RECV", 1)?.waitsForLock, patience).toBe(true);
    closeSync(log);
    await ana.hears("ana: one");
    expect(standingOfRole(running, "RECV", 1)?.waitsForLock).toBe(false);
    const recv = pidOf(running, "RECV", 1);
    kill(recv, "SIGSTOP");
    await expect.poll(() => stateOf(recv ?? 0), patience).toBe("T");
    expect(standingOfRole(running, "RECV", 1)?.waitsForLock).toBe(false);
    kill(recv, "SIGCONT");
  });

  it("how far behind somebody is who does not read, and that nobody else is", async () => {
    const from = kit();
    const lines = Array.from({ length: 100_000 }, (_, at) => `${at} ${"long ".repeat(20)}`);
    writeLines(from.settings.sessions[0]!.log, lines);
    const running = await startServer(from);
    const idle = await running.join();
    idle.socket.pause();
    await expect.poll(() => standingOfRole(running, "SEND", 1)?.behind, patience).toBeGreaterThan(1_000_000);
    const ana = await running.join();
    ana.say("ana: one");
    await expect.poll(() => ana.heard.endsWith("ana: one\n"), patience).toBe(true);
    await expect.poll(() => standingOfRole(running, "SEND", 2)?.behind, patience).toBe(0);
    expect(standingOfRole(running, "SEND", 1)?.behind).toBeGreaterThan(1_000_000);
  });
});
