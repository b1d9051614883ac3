import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fc, it as given } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type Flags, readSettings } from "../../cli/serve-settings.ts";
import { place } from "./chatting.ts";

const flags = (change: Partial<Flags> = {}): Flags => ({
  log: "l",
  "token-file": "t",
  limits: {},
  ...change,
});

const written = (text: string, name = "serve.toml"): string => {
  const file = join(place(), name);
  writeFileSync(file, text);
  return file;
};

describe("what a server is told", () => {
  it("has defaults for all but log and token", () =>
    expect(readSettings(undefined, flags())).toMatchObject({
      address: "127.0.0.1",
      port: 7777,
      history: "all",
      durability: "batch",
      "on-stop": "drain",
      limits: { clients: 64, "line-bytes": 4096, "token-milliseconds": 1000 },
    }));

  it("may stand in a file, TOML or JSON; flags count for more, and paths are meant from the file", () => {
    const toml = written('log = "a.log"\ntoken-file = "t"\nport = 1\n[limits]\nclients = 5\n');
    const settings = readSettings(toml, { port: 2, limits: { unauthenticated: 6 } });
    expect(settings).toMatchObject({ port: 2, limits: { clients: 5, unauthenticated: 6 } });
    expect(settings.sessions).toEqual([
      { name: "chat", log: join(toml, "../a.log"), tokenFile: join(toml, "../t") },
    ]);
    expect(settings.state).toBe(join(toml, "../a.log.state"));
    const json = written('{"log": "/a", "token-file": "/b", "history": 7}', "serve.json");
    expect(readSettings(json, { limits: {} })).toMatchObject({ history: 7, state: "/a.state" });
  });

  const session = '[[sessions]]\nname = "a"\nlog = "/a"\ntoken-file = "/b"\n';
  for (const [text, problem] of [
    ['log = "a"', "token-file: it is missing"],
    ['token-file = "a"', "log: it is missing"],
    ["port = ", /serve\.toml:1:8: the configuration cannot be understood/],
    ['port = "80"', "port: it takes a whole number from 0 to 65535"],
    ["port = 65536", "port: it takes"],
    ['address = "localhost"', "address: it takes an IPv4 or IPv6 address"],
    ["history = -1", "history: it takes “all”"],
    ['durability = "often"', "durability: it takes “none”, “batch” or “always”"],
    ["[limits]\nclients = 0", "limits.clients: it takes a whole number from 1"],
    ["[limits]\nclient = 5", "limits.client: there is no such key. There are: clients,"],
    ["prot = 80", "prot: there is no such key. There are: address, port,"],
    ["limits = 5", "limits: it takes a table"],
    ["sessions = []", "sessions: it takes a list"],
    [`${session}log2 = ""`, "sessions[1].log2: there is no such key. There are: name, log, token-file"],
    [`log = "x"\n${session}`, "sessions: with it, “log” and “token-file” belong into each session"],
    [session + session, "sessions: two have the name “a”"],
    [`${session}${session.replace('"a"', '"c"')}`, "sessions: two have the log “/a”"],
    [session.replace('"a"', '"a b"'), "sessions[1].name: it takes letters"],
  ] as const)
    it(`${JSON.stringify(text)}: the file, the key, and what to do`, () => {
      const file = written(text);
      expect(() => readSettings(file, { limits: {} })).toThrow(problem);
      expect(() => readSettings(file, { limits: {} })).toThrow(file);
    });

  it("no chat is written to a file with a token", () => {
    expect(() => readSettings(undefined, flags({ log: "/a", "token-file": "/a" }))).toThrow(
      /^\/a: this is a token file; name another file for the log/,
    );
    const other = '[[sessions]]\nname = "c"\nlog = "/b"\ntoken-file = "/d"\n';
    expect(() => readSettings(written(session + other), { limits: {} })).toThrow(/this is a token file/);
  });

  it("a flag is named as one, though there is a file", () => {
    expect(() => readSettings(undefined, flags({ address: "here" }))).toThrow(/^--address: it takes/);
    const file = written("[limits]\nunauthenticated = 5\n");
    expect(() => readSettings(file, flags({ limits: { clients: 0 } }))).toThrow(/^--clients: it takes/);
  });

  given.prop([fc.string({ minLength: 1 }), fc.jsonValue()])(
    "no key that nobody knows is passed over",
    (key, value) => {
      const known = ["address", "user", "log", "state"]; // take strings, so that any may be right
      fc.pre(!known.includes(key));
      const file = written(JSON.stringify({ log: "a", "token-file": "b", [key]: value }), "serve.json");
      const takes = ["port", "history", "token-file"].includes(key);
      if (!takes) expect(() => readSettings(file, { limits: {} })).toThrow();
    },
  );
});
