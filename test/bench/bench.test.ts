import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "../command.ts";
import { counts } from "../miniature/counts.ts";
import type { Results } from "./results.ts";
import { type Limits, Running } from "./running.ts";
import type { Subject } from "./subject.ts";

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command as `npm run bench` starts it; `onErr` hears what it says on its way. */
const bench = (
  arguments_: readonly string[],
  onErr: (text: string, pid: number) => void = () => {},
): Promise<Ended> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [join(root, "dist/test/bench/main.js"), ...arguments_]);
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
      onErr(err, child.pid ?? 0);
    });
    child.on("close", (code) => done({ code, out, err }));
  });

describe("a search of ours in a process of its own", () => {
  const running = new Running();
  const subject: Subject = { of: "miniature", clients: 4, messages: 1, keepsOrder: true, reduced: false };
  const measure = async (limits: Limits) => {
    const ours = (await import(join(root, "dist/test/bench/ours.js"))) as typeof import("./ours.ts");
    return ours.measureOurs(subject, "miniature 4x1", "small", limits, running);
  };
  afterAll(() => running.end());

  it("stops at its bound of time, and says how far it came", async () => {
    const stopped = await measure({ maxSeconds: 1, maxBytes: 1024 ** 3 });
    expect(stopped).toMatchObject({ ended: "time", verdict: "unknown" });
    expect(stopped.states).toBeGreaterThan(0);
  });

  it("stops at its bound of memory", async () =>
    expect(await measure({ maxSeconds: 60, maxBytes: 200 * 1024 ** 2 })).toMatchObject({
      ...{ ended: "memory", verdict: "unknown" },
    }));
});

describe("npm run bench", () => {
  it("measures our search in a process of its own, which counts what it should", async () => {
    const { code, out } = await bench([
      "--only",
      "full miniature 2x2",
      "--no-spin",
      "--rounds",
      "1",
      "--json",
      "-",
    ]);
    const { measured } = JSON.parse(out) as Results;
    const [expected] = counts.filter(({ clients, messages }) => clients === 2 && messages === 2);
    const { states, transitions } = expected ?? {};
    expect(measured).toMatchObject([{ ours: { ended: "complete", verdict: "holds", states, transitions } }]);
    expect(code).toBe(0);
  });

  it("on Ctrl-C prints what was reached", async () => {
    let isAsked = false;
    const { code, out } = await bench(["--only", "^growth miniature 4x1$", "--no-spin"], (text, pid) => {
      if (isAsked || (!text.includes(" to go") && !text.includes(" states,"))) return;
      isAsked = true;
      process.kill(pid, "SIGINT");
    });
    expect(out).toMatch(/miniature 4x1 +> [\d,]+ +> [\d.]+ \(interrupted\)/);
    expect(code).toBe(130);
  });

  const wrong: readonly (readonly [flags: readonly string[], says: string])[] = [
    [["--only", "("], "--only ( is no regular expression"],
    [["--only", "no such row"], "--only no such row fits no row. --list names them."],
    [["--minutes", "0"], "It takes a whole number from 1 on."],
    [["--write", "--quick"], "--write takes whole measurements"],
    [["--json", "/no/such/place"], "Give --json= another file."],
    [["surplus"], "too many arguments"],
  ];
  for (const [flags, says] of wrong)
    it(`${flags.join(" ")} is refused`, async () => {
      const { code, err } = await bench(flags);
      expect(err).toContain(says);
      expect(err).not.toContain("    at ");
      expect(code).toBe(2);
    });

  it("--help has examples, --list names rows", async () => {
    expect((await bench(["--help"])).out).toContain("npm run bench -- --quick");
    expect((await bench(["--list", "--only", "3x1"])).out.split("\n")).toContain("full miniature 3x1");
  });
});
