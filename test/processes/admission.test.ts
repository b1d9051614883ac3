/** Who comes into a server that runs, where from, and what it is sent. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { notices } from "../../model/index.ts";
import { isAsleepIn, statusOf } from "../../real/kernel.ts";
import {
  Chatter,
  clientsIn,
  killDaemon,
  kit,
  patience,
  roles,
  startServer,
  writeLines,
} from "../server/chatting.ts";

describe("who may come in", () => {
  it("a wrong token, a short one, or none gets no byte, and leaves nothing", async () => {
    const limits = { clients: 64, unauthenticated: 64, line: 4096, authentication: 200 };
    const running = await startServer(kit({ limits }));
    const { port } = running.server.address;
    const wrong = `${running.tokens[0]!.slice(0, -1)}g`;
    const strangers = await Promise.all(
      [`${wrong}evil\n`, running.tokens[0]!.slice(1), ""].map((words) => Chatter.enter(port, words)),
    );
    for (const one of strangers) await expect.poll(() => one.isClosed, patience).toBe(true);
    expect(strangers.map(({ heard }) => heard)).toEqual(["", "", ""]);
    expect(readFileSync(running.settings.sessions[0]!.log, "utf8")).toBe("");
    expect(roles(running).sort()).toEqual(["anchor", "daemon"]);
  });

  it("a token in pieces, with the first line behind it", async () => {
    const running = await startServer(kit());
    const [token = ""] = running.tokens;
    const ana = await Chatter.enter(running.server.address.port, token.slice(0, 50));
    await new Promise((done) => setTimeout(done, 30));
    ana.socket.write(`${token.slice(50)}ana: first\nana: sec`);
    await ana.hears("ana: first");
    ana.say("ond");
    await ana.hears("ana: first", "ana: second");
  });

  it("those who say nothing keep nobody out", async () => {
    const limits = { clients: 64, unauthenticated: 3, line: 4096, authentication: 60_000 };
    const running = await startServer(kit({ limits }));
    const silent = await Promise.all(
      Array.from({ length: 20 }, () => Chatter.enter(running.server.address.port, "")),
    );
    const ana = await running.join();
    ana.say("ana: here");
    await ana.hears("ana: here");
    await expect
      .poll(() => silent.filter(({ isClosed }) => !isClosed).length, patience)
      .toBeLessThanOrEqual(3);
  });

  it("one client too many is told so, and may come when there is room", async () => {
    const limits = { clients: 2, unauthenticated: 64, line: 4096, authentication: 10_000 };
    const running = await startServer(kit({ limits }));
    const [ana] = [await running.join(), await running.join()];
    await clientsIn(running, 2);
    const late = await Chatter.enter(running.server.address.port, `${running.tokens[0]}late: hello?\n`);
    await late.hears("* refused: the server is full, try again later");
    await expect.poll(() => late.isClosed, patience).toBe(true);
    ana?.leave();
    await clientsIn(running, 1);
    const again = await running.join();
    again.say("late: now");
    await again.hears("late: now");
  });

  it("a line over the limit is refused, and nothing else", async () => {
    const limits = { clients: 2, unauthenticated: 64, line: 16, authentication: 10_000 };
    const ana = await (await startServer(kit({ limits }))).join();
    ana.say("x".repeat(15));
    ana.say("x".repeat(16));
    await ana.hearsAmong("x".repeat(15), "* refused: the line is too long");
  });

  it("whoever sends what is refused and reads nothing fills no memory; who reads again is told of each line", async () => {
    const running = await startServer(kit());
    const ana = await running.join();
    await clientsIn(running, 1);
    ana.socket.pause();
    const lines = 200_000;
    ana.socket.write("\0\n".repeat(lines));
    const cluster = () => running.server.inhabitants().filter((one) => one.cluster !== null);
    const sent = () => cluster().find(({ role }) => role === "SEND")?.traffic ?? { lines: 0, unsent: 0 };
    const isStill = () => sent().lines > 0 && cluster().every(({ pid }) => isAsleepIn(pid, "poll"));
    let looks = 0;
    const countLooks = () => {
      looks = isStill() ? looks + 1 : 0;
      return looks;
    };
    await expect.poll(countLooks, patience).toBeGreaterThan(10);
    expect(sent().unsent).toBeLessThan(2_000_000);
    ana.socket.resume();
    await expect.poll(() => ana.heard.length, patience).toBe(notices.controlBytes.length * lines);
  });
});

describe("several sessions", () => {
  it("no byte passes between them, and their daemon may die", async () => {
    const running = await startServer(kit({}, ["red", "blue"]));
    const [red, blue] = [await running.join(0), await running.join(1)];
    red.say("r1");
    blue.say("b1");
    await red.hears("r1");
    await blue.hears("b1");
    await killDaemon(running)();
    const another = await running.join(1);
    another.say("b2");
    for (const one of [blue, another]) await one.hears("b1", "b2");
    red.say("r2");
    await red.hears("r1", "r2");
    const logs = running.settings.sessions.map(({ log }) => readFileSync(log, "utf8"));
    expect(logs).toEqual(["r1\nr2\n", "b1\nb2\n"]);
    const groups = running.server
      .inhabitants()
      .filter(({ role }) => role === "SEND")
      .map(({ pid, what }) => `${what} ${statusOf(pid)?.group}`);
    expect(new Set(groups).size).toBe(2); // two of blue share one
    expect(new Set(groups.map((group) => group.split(" ")[1])).size).toBe(2);
  });
});

describe("what a client is sent when it comes", () => {
  it("the last lines, as many as were asked for, and all that follow", async () => {
    const from = kit({ history: 2 });
    writeLines(from.settings.sessions[0]!.log, ["one", "two", "three"]);
    const running = await startServer(from);
    const ana = await running.join();
    await ana.hears("two", "three");
    ana.say("four");
    await ana.hears("two", "three", "four");
    await (await running.join()).hears("three", "four");
  });

  it("a log of several turns of the lock, whole", async () => {
    const from = kit();
    const lines = Array.from({ length: 40_000 }, (_, at) => `${at} ${"long ".repeat(at % 20)}`);
    writeLines(from.settings.sessions[0]!.log, lines);
    const ana = await (await startServer(from)).join();
    const all = lines.map((line) => `${line}\n`).join("");
    await expect.poll(() => ana.heard.length, patience).toBe(all.length);
    expect(ana.heard === all).toBe(true);
  });
});

describe("addresses", () => {
  for (const [address, hosts, notOn] of [
    ["127.0.0.1", ["127.0.0.1"], "::1"],
    ["0.0.0.0", ["127.0.0.1"], "::1"],
    ["::1", ["::1"], "127.0.0.1"],
    ["::", ["127.0.0.1", "::1"], null],
  ] as const)
    it(`${address} is where it listens, and nowhere else`, async () => {
      const running = await startServer(kit({ address }));
      const { port } = running.server.address;
      for (const host of hosts) await (await Chatter.enter(port, `${running.tokens[0]}\n`, host)).socket;
      await clientsIn(running, hosts.length);
      const peers = running.server
        .inhabitants()
        .flatMap(({ role, cluster }) => (role === "RECV" ? cluster?.peer : []));
      expect(peers.map((peer) => peer?.replace(/:\d+$/, "").replace(/[[\]]/g, "")).sort()).toEqual([
        ...hosts,
      ]);
      const shown = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
      expect(running.server.inhabitants().find(({ role }) => role === "daemon")?.what).toBe(shown);
      if (notOn === null) return;
      const elsewhere = await Chatter.enter(port, "", notOn);
      await expect.poll(() => elsewhere.isClosed, patience).toBe(true);
    });
});
