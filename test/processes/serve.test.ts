import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { descriptorsOf } from "../../real/kernel.ts";
import { inhabitants } from "../../real/server/population.ts";
import { main, papaya, removeProgram } from "../command.ts";
import { Chatter, isOpen, kill, patience, place } from "../server/chatting.ts";
import { asUser, flagsFor, isRoot, membersOf, nobody, ready, Served, serve } from "../server/serving.ts";

afterAll(removeProgram);

/** What a file holds; nothing where it is that of a process that has ended meanwhile. */
const textIn = (file: string): string => {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (file.startsWith("/proc/") && ["ENOENT", "ESRCH"].includes(code)) return "";
    throw error;
  }
};

/** A server with one client that is sent a signal, and, when it has begun to drain, the same one again. */
const askTwice = async (signal: "SIGHUP" | "SIGINT") => {
  const kit = ready();
  const served = await serve(kit);
  const ana = await Chatter.enter(served.port, `${kit.token}ana: one\n`);
  await ana.hears("ana: one");
  served.child.kill(signal);
  await expect.poll(() => served.events.some(({ event }) => event === "draining"), patience).toBe(true);
  served.child.kill(signal);
  return { served, ana };
};

describe("papaya serve", () => {
  it("killed, its clients go on behind a closed port; started again, it takes them up", async () => {
    const kit = ready();
    const first = await serve(kit);
    const ana = await Chatter.enter(first.port, `${kit.token}ana: one\n`);
    await ana.hears("ana: one");
    kill(first.child.pid, "SIGKILL");
    await expect.poll(() => isOpen(first.port), patience).toBe(false);
    ana.say("ana: two");
    await ana.hears("ana: one", "ana: two");
    const second = await serve(kit, "--port", String(first.port));
    expect(second.anchor).toBe(first.anchor);
    const bea = await Chatter.enter(second.port, `${kit.token}bea: three\n`);
    for (const one of [ana, bea]) await one.hears("ana: one", "ana: two", "bea: three");
    for (const one of [ana, bea]) one.leave();
    second.child.kill("SIGTERM");
    expect(await second.ends()).toBe(0);
    expect(membersOf(first)).toEqual([]);
  });

  it("killed while its daemon is stopped, the next one does not wait for that", async () => {
    const kit = ready();
    const first = await serve(kit);
    const ana = await Chatter.enter(first.port, `${kit.token}ana: one\n`);
    await ana.hears("ana: one");
    kill(inhabitants(first.anchor).find(({ role }) => role === "daemon")?.pid, "SIGSTOP");
    kill(first.child.pid, "SIGKILL");
    const second = await serve(kit);
    expect(second.anchor).toBe(first.anchor);
    await (await Chatter.enter(second.port, kit.token)).hears("ana: one");
  });

  it("without its port it says who may have it, and leaves nothing behind", async () => {
    const kit = ready();
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await vi.waitUntil(() => other.listening, patience);
    const port = String((other.address() as AddressInfo).port);
    const served = await serve(kit, "--port", port);
    expect(await served.ends()).toBe(2);
    expect(readFileSync(served.errors, "utf8")).toMatch(
      new RegExp(`port 127.0.0.1:${port} cannot be opened: EADDRINUSE`),
    );
    expect(membersOf(served)).toEqual([]);
  });

  it("two sessions with one token are refused, by the name of the file", async () => {
    const { directory } = ready();
    const token = join(directory, "token");
    const sessions = ["red", "blue"].map((name) => ({
      name,
      log: join(directory, name),
      "token-file": token,
    }));
    const config = join(directory, "serve.json");
    writeFileSync(config, JSON.stringify({ sessions }));
    const { code, err } = await papaya(["serve", "--config", config, ...asUser(directory)]);
    expect([code, err]).toEqual([2, expect.stringContaining(`${token}: another session has this token`)]);
  });

  it("a log in a directory that is not there is refused, and nothing is made for it", async () => {
    const { directory } = ready();
    const mistyped = join(directory, "lgo", "chat");
    const files = ["--log", join(mistyped, "log"), "--token-file", join(directory, "token")];
    const { code, err } = await papaya(["serve", ...files, ...asUser(directory)]);
    expect([code, err]).toEqual([2, expect.stringContaining(`${mistyped}: there is no such directory`)]);
    expect(existsSync(join(directory, "lgo"))).toBe(false);
  });

  it.skipIf(!isRoot)("where root may not become another user, it says what that takes", () => {
    const { directory } = ready();
    const files = ["--log", join(directory, "log"), "--token-file", join(directory, "token")];
    const serving = [process.execPath, main, "serve", ...files, ...asUser(directory)];
    const { status, stderr } = spawnSync("setpriv", ["--bounding-set=-setuid", ...serving], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([2, expect.stringContaining("(EPERM). It takes CAP_SETUID")]);
  });

  it("killed without a client, it leaves nothing behind", async () => {
    const served = await serve(ready());
    kill(served.child.pid, "SIGKILL");
    await expect.poll(() => membersOf(served), patience).toEqual([]);
  });

  it("when its terminal closes, which may be said twice, its clients have the time that is theirs", async () => {
    const { served, ana } = await askTwice("SIGHUP");
    ana.leave();
    expect(await served.ends()).toBe(0);
    expect(membersOf(served)).toEqual([]);
  });

  it("stopped twice, it leaves at once, and its clients go on", async () => {
    const { served, ana } = await askTwice("SIGINT");
    expect(await served.ends()).toBe(130);
    ana.say("ana: two");
    await ana.hears("ana: one", "ana: two");
  });
});

describe("a server with a client, seen from outside", () => {
  const ends: (() => void)[] = [];
  const afterwards = (end: () => void) => void ends.unshift(end);
  const kit = ready(place(afterwards));
  let served: Served;
  beforeAll(async () => {
    served = await Served.launch(kit.directory, flagsFor(kit), afterwards).opens();
  });
  afterAll(() => {
    for (const end of ends) end();
  });

  const come = async (line: string): Promise<Chatter> => {
    const chatter = await Chatter.enter(served.port, `${kit.token}${line}\n`);
    await expect.poll(() => chatter.heard, patience).toContain(`${line}\n`);
    return chatter;
  };

  it("papaya ps shows it, to people and to machines", async () => {
    await come("ana: one\nana: two");
    const { out } = await papaya(["ps", "--json"]);
    const { servers } = JSON.parse(out) as { servers: { anchor: number; clients: object[] }[] };
    const own = servers.find(({ anchor }) => anchor === served.anchor);
    expect(own?.clients).toMatchObject([
      { client: 1, session: "chat", linesIn: 2, linesOut: 2, behind: 0, waiting: [] },
    ]);
    expect((await papaya(["ps"])).out).toMatch(/^1 +chat +127\.0\.0\.1:\d+ .* 2 +2 +0 B +-$/m);
  });

  it("no token in an argument list, environment, log or error; no chat in what it says; no gift of the caller's", async () => {
    const ana = await come("ana: a secret");
    await Chatter.enter(served.port, `${"0".repeat(128)}mallory: let me in\n`);
    const roles = membersOf(served);
    ana.leave();
    for (const happened of ["stranger", "delivery ended"])
      await expect.poll(() => served.events.some(({ event }) => event === happened), patience).toBe(true);
    const files = [...membersOf(served), served.child.pid ?? 0].flatMap((pid) =>
      ["cmdline", "environ"].map((file) => `/proc/${pid}/${file}`),
    );
    const errors = join(kit.directory, "chat.log.state", "errors");
    const all = [...files, errors, served.log, served.errors].map(textIn).join();
    for (const secret of [kit.token, "a secret", "let me in", "0".repeat(128)])
      expect(all).not.toContain(secret);
    expect(roles.length).toBeGreaterThan(3);
    const given = membersOf(served).flatMap((pid) => {
      try {
        return [
          { environ: readFileSync(`/proc/${pid}/environ`, "latin1"), cwd: readlinkSync(`/proc/${pid}/cwd`) },
        ];
      } catch {
        // Who served the client that has left may just be gone.
        return [];
      }
    });
    expect(given.length).toBeGreaterThan(1);
    expect(new Set(given.map((one) => JSON.stringify(one)))).toEqual(new Set(['{"environ":"","cwd":"/"}']));
  });

  it("each process has the descriptors of its role, and no other", async () => {
    await come("bea: here");
    const shown = (path: string) =>
      path.startsWith("/") ? path.replace(kit.directory, "") : path.replace(/:.*/, "");
    const kinds = Object.fromEntries(
      inhabitants(served.anchor).map(({ role, pid }) => {
        const beyondStandard = [...descriptorsOf(pid)].filter(([fd]) => fd > 2);
        return [role, beyondStandard.map(([, path]) => shown(path)).sort()];
      }),
    );
    // The pipe is libuv's: it makes one in every forked child.
    expect(kinds).toEqual({
      anchor: ["/chat.log", "pipe", "pipe", "socket", "socket", "socket"], // control, supervisor, lifeline
      daemon: ["pipe", "pipe", "socket", "socket", "socket"], // lifeline, supervisor, port
      RECV: ["/chat.log", "pipe", "pipe", "socket", "socket"], // client, lifeline
      SEND: ["/chat.log", "pipe", "pipe", "socket", "socket"], // client, lifeline
    });
  });

  it("files are for the server's user alone", () => {
    const state = join(kit.directory, "chat.log.state");
    const files = [
      state,
      join(kit.directory, "chat.log"),
      ...readdirSync(state).map((file) => join(state, file)),
    ];
    expect(files.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
  });

  it.skipIf(!isRoot)(
    "started by root, every process is an unprivileged user, and cannot be root again",
    async () => {
      await come("eve: here");
      for (const pid of [...membersOf(served), served.child.pid ?? 0]) {
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        const field = (name: string) => new RegExp(`^${name}:[\\t ]*(.*)$`, "m").exec(status)?.[1]?.trim();
        const id = Array(4).fill(String(nobody)).join("\t");
        expect([field("Uid"), field("Gid"), field("Groups")]).toEqual([id, id, ""]);
        expect(["CapPrm", "CapEff", "CapAmb"].map(field)).toEqual(Array(3).fill("0".repeat(16)));
      }
    },
  );
});
