/** What a server does at the edge of its processes, each piece by itself. */
import { once } from "node:events";
import { chmodSync, closeSync, constants, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fc, it as given } from "@fast-check/vitest";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Request } from "../../model/index.ts";
import { papaya } from "../../model/protocols/papaya.ts";
import { flags, native } from "../../real/native.ts";
import { Self } from "../../real/self.ts";
import { endpointOf, showEndpoint, socketAddress } from "../../real/server/address.ts";
import { Doorkeeper } from "../../real/server/doorkeeper.ts";
import { takeLog } from "../../real/server/log.ts";
import { occupy } from "../../real/server/occupancy.ts";
import { Outlet } from "../../real/server/outlet.ts";
import type { Post } from "../../real/server/post.ts";
import { Receiving } from "../../real/server/receiving.ts";
import { runOf } from "../../real/server/role.ts";
import { takeState } from "../../real/server/state.ts";
import { clusterTitle, readTitle } from "../../real/server/title.ts";
import { digestOf, makeToken, readDigest, whichOpens } from "../../real/server/token.ts";
import { startOfLast } from "../../real/server/view.ts";
import { perform } from "../../real/syscalls/index.ts";
import { kit, place, tokenIn } from "./chatting.ts";

const socketPair = (): [number, number] => {
  const pair = Buffer.alloc(8);
  native.socketpair(flags.AF_UNIX, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0, pair);
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
};

describe("history", () => {
  const line = fc.string({ maxLength: 200 }).map((text) => text.replaceAll("\n", " "));
  given.prop([fc.array(line, { maxLength: 40 }), line, fc.nat({ max: 45 })])(
    "begins where the last so many whole lines begin",
    (lines, half, wanted) => {
      const file = join(place(), "log");
      writeFileSync(file, lines.map((text) => `${text}\n`).join("") + half);
      const fd = openSync(file, "r");
      const expected = Buffer.concat(
        lines.slice(0, Math.max(0, lines.length - wanted)).map((text) => Buffer.from(`${text}\n`)),
      );
      expect(startOfLast(fd, wanted)).toBe(expected.length);
      closeSync(fd);
    },
  );

  it("is found in a log of many blocks", () => {
    const file = join(place(), "log");
    writeFileSync(file, `${"x".repeat(99)}\n`.repeat(5000));
    const fd = openSync(file, "r");
    for (const lines of [0, 1, 655, 656, 4999, 5000, 6000])
      expect(startOfLast(fd, lines)).toBe(100 * Math.max(0, 5000 - lines));
    closeSync(fd);
  });
});

describe("tokens", () => {
  it("are made for their owner alone, and never twice in one file", () => {
    const file = join(place(), "token");
    makeToken(file);
    expect(tokenIn(file)).toMatch(/^[0-9a-f]{128}$/);
    expect(readDigest(file)).toBe(digestOf(Buffer.from(tokenIn(file))).toString("hex"));
    expect(() => makeToken(file)).toThrow(/it is there already/);
    expect(() => makeToken(join(file, "..", "nowhere", "token"))).toThrow(/there is no such directory/);
  });

  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610])
    it(`are refused where others have a part in the file: ${mode.toString(8)}`, () => {
      const file = join(place(), "token");
      makeToken(file);
      chmodSync(file, mode);
      expect(() => readDigest(file)).toThrow(new RegExp(`mode 0${mode.toString(8)}.*chmod 600 ${file}`));
    });

  for (const text of ["", "abc\n", `${"a".repeat(127)}g\n`, "a".repeat(129), `${"a".repeat(128)}\n\n`])
    it(`are 128 hexadecimal digits: not ${JSON.stringify(text.slice(0, 5))} (${text.length})`, () => {
      const file = join(place(), "token");
      writeFileSync(file, text, { mode: 0o600 });
      expect(() => readDigest(file)).toThrow(/a token is 128 hexadecimal digits/);
    });

  const token = fc.uint8Array({ minLength: 128, maxLength: 128 }).map((bytes) => Buffer.from(bytes));
  given.prop([fc.array(token, { maxLength: 4 }), token])(
    "open their own session, and no other",
    (others, own) => {
      fc.pre(others.every((other) => !other.equals(own)));
      const digests = [...others, own].map(digestOf);
      expect(whichOpens(own, digests)).toBe(others.length);
      expect(whichOpens(own, digests.slice(0, -1))).toBe(-1);
    },
  );
});

describe("titles", () => {
  const word = fc.stringMatching(/^[\w.:[\]-]{1,40}$/);
  given.prop([fc.constantFrom("RECV", "SEND"), fc.nat(), word, word, fc.nat(), fc.nat()])(
    "say to papaya ps what they were told",
    (role, number, peer, session, lines, bytes) => {
      const cluster = { number, peer, session };
      const traffic = { lines, unsent: role === "SEND" ? bytes : 0 };
      expect(readTitle(clusterTitle(role, cluster, traffic))).toEqual({
        role,
        what: session,
        cluster,
        traffic,
      });
    },
  );

  it("of others are nobody's business", () => expect(readTitle("papaya serve --log a")).toBeNull());
});

describe("addresses", () => {
  for (const address of ["127.0.0.1", "127.1.2.3", "0.0.0.0", "::1", "::"])
    it(`${address} is bound as it was written`, () => {
      const { family, bytes } = socketAddress(address, 0);
      const socket = native.socket(family, 1, 0);
      expect(native.bind(socket, bytes, bytes.length)).toBe(0);
      const bound = endpointOf(socket, "getsockname");
      expect(bound.address).toBe(address);
      expect(showEndpoint(bound)).toBe(
        address.includes(":") ? `[${address}]:${bound.port}` : `${address}:${bound.port}`,
      );
      native.close(socket);
    });
});

describe("a crowd at the door", () => {
  it("is not let in where nobody has made room", async () => {
    const limits = { clients: 64, unauthenticated: 2, line: 4096, authentication: 60_000 };
    const { settings, directory } = kit({ limits });
    const facts = { ...settings, nextClient: 1 };
    const [link, otherEnd] = socketPair();
    const post: Post = { role: "daemon", facts, anchor: 0, groups: {}, files: {}, link, cluster: null };
    const configuration = { role: "daemon", descriptors: {}, groups: {}, blocked: [], ignored: [] };
    const self = new Self(runOf(post), directory, configuration, () => {
      throw new Error("nobody is forked here");
    });
    const { calls } = new Doorkeeper(self, post);
    const title = process.title;
    const make = (request: Request) => perform(self, request, "", calls);
    make({ call: "listen", as: "listener" });
    process.title = title;
    const { port } = endpointOf(self.descriptor("listener").number, "getsockname");
    const crowd = Array.from({ length: 5 }, () => connect(port, "127.0.0.1"));
    await Promise.all(crowd.map((socket) => once(socket, "connect")));
    const waiting: string[] = [];
    const poll = () =>
      make({ call: "poll", input: ["listener", ...waiting], room: [], unblock: [], timeout: waiting });
    for (let nth = 0; nth < 3; nth++) {
      expect(poll()).toEqual({ type: "readable", name: "listener" });
      const accepted = make({ call: "accept", fd: "listener", as: "" });
      waiting.push(accepted.type === "ok" ? accepted.name : "");
    }
    expect(poll()).toEqual({ type: "timeout", name: waiting[0] });
    for (const socket of crowd) socket.destroy();
    for (const { number } of self.descriptors.values()) native.close(number);
    for (const number of [link, otherEnd]) native.close(number);
  });
});

it("a state directory is a directory", () => {
  const file = join(place(), "state");
  writeFileSync(file, "", { mode: 0o600 });
  expect(() => takeState(file)).toThrow(
    `${file}: the state directory has to be a directory. Let “state” name`,
  );
});

describe("what a server says of itself", () => {
  /** A pipe that is full, and a way to empty it, which says what was in it since it was full. */
  const fullPipe = () => {
    const path = join(place(), "pipe");
    expect(native.mkfifo(path, 0o600)).toBe(0);
    const ours = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const theirs = openSync(path, "w");
    const padding = Buffer.alloc(4096, "-");
    while (native.write(ours, padding, padding.length) > 0);
    const drain = () => {
      const room = Buffer.alloc(1 << 20);
      return room.toString("latin1", 0, readSync(ours, room)).replace(/^-*/, "");
    };
    onTestFinished(() => [ours, theirs].forEach(closeSync));
    return { theirs, drain };
  };

  it("waits for nobody who does not read it, not even at its end", async () => {
    const { theirs } = fullPipe();
    const outlet = new Outlet(theirs);
    for (let nth = 0; nth < 3; nth++) outlet.write("x".repeat(1 << 19));
    expect(outlet.takeLost()).toBe(1);
    await outlet.end();
  });

  it("is kept for whoever reads it later", async () => {
    const { theirs, drain } = fullPipe();
    const outlet = new Outlet(theirs);
    for (const line of ["one\n", "two\n"]) outlet.write(line);
    drain();
    await outlet.end();
    expect(drain()).toBe("one\ntwo\n");
  });
});

describe("a log", () => {
  const take = (content: string | Buffer): string => {
    const file = join(place(), "log");
    writeFileSync(file, content, { mode: 0o600 });
    closeSync(takeLog(file));
    return readFileSync(file, "utf8");
  };

  for (const half of ["", "ana: ha", "ana: h\u00e4", `${"x".repeat(65_535)}`, "ana: ha\0\0\0", "\0\0\0"])
    it(`is rid of half a line: ${JSON.stringify(half.slice(0, 10))} (${half.length})`, () => {
      expect(take(`ana: hi\n${half}`)).toBe("ana: hi\n");
    });

  it("is rid of half a character", () => expect(take(Buffer.from("ü: ü\nü").subarray(0, -1))).toBe("ü: ü\n"));

  for (const [what, content] of [
    ["a picture, say", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 73])],
    ["that ends with a newline", Buffer.from("SQLite format 3\0note\n")],
    ["in another encoding", Buffer.from("line\nstra\xdfe", "latin1")],
    ["without lines", "x".repeat(65_537)],
  ] as const)
    it(`is not made of another file, which stays as it is: ${what}`, () => {
      const file = join(place(), "log");
      writeFileSync(file, content, { mode: 0o600 });
      expect(() => takeLog(file)).toThrow(`${file}: this is no log`);
      expect(readFileSync(file).equals(Buffer.from(content))).toBe(true);
    });

  it("is no directory", () =>
    expect(() => takeLog(place())).toThrow(/EISDIR. It is a directory: name a file in it/));

  it("is shared by those who take part, and had alone by nobody then", () => {
    const file = join(place(), "log");
    const [a, b, c] = ["a", "a", "a+"].map(() => openSync(file, "a+")) as [number, number, number];
    expect([occupy(a, "shared"), occupy(b, "shared"), occupy(c, "exclusive")]).toEqual([true, true, false]);
    for (const fd of [a, b]) closeSync(fd);
    expect(occupy(c, "exclusive")).toBe(true);
    closeSync(c);
  });
});

describe("fsync is called", () => {
  afterEach(() => void vi.restoreAllMocks());

  /** An append as RECV's machine makes it, and what was on the disk, and who held the lock, when fsync was called. */
  const append = (durability: "none" | "batch" | "always") => {
    const { settings, directory } = kit({ durability });
    const log = join(directory, "chat.log");
    const facts = { ...settings, nextClient: 1 };
    const cluster = { number: 1, peer: "127.0.0.1:1", session: "chat" };
    const post: Post = { role: "RECV", facts, anchor: 0, groups: {}, files: {}, link: -1, cluster };
    const run = {
      protocol: "papaya",
      parameters: papaya.parameters,
      token: "",
      port: 0,
      log,
      tokenTimeout: 0,
    };
    const configuration = { role: "RECV", descriptors: {}, groups: {}, blocked: [], ignored: [] };
    const self = new Self(run, directory, configuration, () => {
      throw new Error("nobody is forked here");
    });
    const calls: string[] = [];
    vi.spyOn(native, "fdatasync").mockImplementation((() => {
      const other = openSync(log, "r");
      const isLocked = native.flock(other, 2 | 4) < 0;
      closeSync(other);
      calls.push(`${JSON.stringify(readFileSync(log, "utf8"))}, ${isLocked ? "locked" : "unlocked"}`);
      return 0;
    }) as typeof native.fdatasync);
    const edge = new Receiving(self, post);
    const title = process.title;
    const make = (request: Request) => expect(perform(self, request, "", edge.calls).type).toBe("ok");
    make({ call: "open", path: "log", as: "log", access: "write", append: true });
    for (const bytes of ["one\n", "two\n"]) {
      make({ call: "flock", fd: "log", mode: "EX", nonblock: false });
      make({ call: "write", fd: "log", bytes, nonblock: false });
      make({ call: "flock", fd: "log", mode: "UN", nonblock: false });
    }
    process.title = title;
    native.close(self.descriptor("log").number);
    return calls;
  };

  it("never, at none", () => expect(append("none")).toEqual([]));
  it("after each append and outside the lock, at batch", () =>
    expect(append("batch")).toEqual(['"one\\n", unlocked', '"one\\ntwo\\n", unlocked']));
  it("after each append and under the lock, at always", () =>
    expect(append("always")).toEqual(['"one\\n", locked', '"one\\ntwo\\n", locked']));
});
