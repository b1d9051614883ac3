import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { main, papaya } from "../command.ts";

const directory = mkdtempSync(join(tmpdir(), "papaya-cli-"));
afterAll(() => rmSync(directory, { recursive: true }));
const at = (name: string) => join(directory, name);
const quick = ["--clients", "1"];

describe("a command that is called wrongly says what is wrong and what to do, and exits with 2", () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["a protocol that is not there", ["check", "papayaa"], /no protocol of that name[\s\S]*papaya list/],
    ["a file that is not there", ["check", "./nothing.ts"], /no such file/],
    [
      "a directory",
      ["check", "./docs"],
      /\.\/docs cannot be used:\n {2}it is a directory\n {4}→ give a file/,
    ],
    ["a number that is none", ["check", "--clients", "x"], /'x' is invalid. It takes a whole number/],
    ["too many clients", ["simulate", "--clients", "70"], /at most 62 clients/],
    ["too many processes", ["run", "--clients", "100000"], /from 1 to 200/],
    ["a fault that is not there", ["check", "--faults", "crahs=1"], /no fault “crahs”. There are: crash/],
    ["a budget without a number", ["check", "--faults", "crash=x"], /crash=NUMBER/],
    ["a property that is not there", ["check", "--properties", "P99"], /no property “P99”. There are: P1/],
    ["no property at all", ["check", "--properties", ""], /no property “”. There are: P1/],
    ["a budget with two numbers", ["check", "--faults", "crash=1=2"], /crash=NUMBER/],
    ["a fault twice", ["check", "--faults", "crash=1,crash=2"], /“crash” is said twice/],
    ["a flag that is not there", ["check", "--nope"], /unknown option '--nope'/],
    ["a command that is not there", ["frob"], /unknown command 'frob'/],
    ["no schedule", ["replay"], /missing required argument 'schedule'/],
    ["a schedule that is not there", ["replay", "nothing.schedule"], /cannot be read/],
    ["a report without a place", ["check", ...quick, "--json=/nope/x"], /\/nope\/x cannot be written/],
    ["schedules without a place", ["check", ...quick, "--schedule-out", "package.json/x"], /cannot be made/],
    [
      "schedules where there can be no directory",
      ["check", ...quick, "--schedule-out", "/proc/x"],
      /cannot be made/,
    ],
    [
      "a file where schedules are to be kept",
      ["check", ...quick, "--save", "package.json"],
      /package.json cannot be made/,
    ],
    ["a depth for no scheduler that has one", ["simulate", "--depth", "5"], /--scheduler pct/],
    ["a table without a place", ["ps", "--json=/nope/x"], /\/nope\/x cannot be written.*another file/],
  ];
  for (const [what, arguments_, says] of cases)
    it(what, async () => {
      const { code, out, err } = await papaya(arguments_);
      expect(err).toMatch(says);
      expect(err).not.toMatch(/\n\s+at /);
      expect({ code, out }).toEqual({ code: 2, out: "" });
    });
});

describe("a file of one's own that will not do is answered with what is wrong in it, and 2", () => {
  const told = async (command: string, text: string) => {
    writeFileSync(at("own.ts"), text);
    const { code, out, err } = await papaya([command, at("own.ts")]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).not.toMatch(/\n\s+at /);
    return err;
  };

  it("it is said to break what is no property", async () => {
    const text = `import { papaya, variant } from "papaya-proof";
export default variant(papaya, { id: "own", says: "nothing new", breaks: ["P6", "P99", "P100"] });
`;
    expect(await told("matrix", text)).toMatch(
      /own\.ts: it is said to break P99, P100, and there is no such property: “papaya list” names them/,
    );
  });

  it("but not where it is said to break what only runs that never end can break", async () => {
    writeFileSync(
      at("own.ts"),
      `import { papaya, variant } from "papaya-proof";
export default variant(papaya, { id: "own", says: "nothing new", breaks: ["P15"], bounds: { clients: 1 } });
`,
    );
    expect(await papaya(["matrix", at("own.ts")])).toMatchObject({ code: 0, err: "" });
  });

  it.each(["undefined", "0", "{}", "() => 0"])("its default export is %s", async (value) => {
    expect(await told("check", `export default ${value};\n`)).toMatch(
      /its default export is no protocol\n {4}→ end it with: export default defineProtocol/,
    );
  });

  it("it has no default export", async () => {
    expect(await told("check", "export const one = 1;\n")).toMatch(/its default export is no protocol/);
  });
});

describe("a command that has no place to write to says so, and exits with 2", () => {
  for (const command of ["run", "torture"])
    it(`no directory for what papaya ${command} keeps`, async () => {
      const { code, out, err } = await papaya([command, "--clients", "1"], { env: { TMPDIR: "/nope" } });
      expect(err).toMatch(/^papaya: no directory for a run: ENOENT.*\/nope.*Set TMPDIR to one.*\n$/);
      expect({ code, out }).toEqual({ code: 2, out: "" });
    });

  it("no room on standard output", () => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [main, "list"], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    closeSync(full);
    expect(stderr).toMatch(/^papaya: standard output cannot be written: ENOSPC.*Make room.*\n$/);
    expect(status).toBe(2);
  });
});

describe("every command explains itself with examples", () => {
  for (const command of ["start", "check", "simulate", "run", "replay", "matrix", "list"])
    it(`papaya ${command} --help`, async () => {
      const { code, out } = await papaya([command, "--help"]);
      expect(out).toContain("Examples:\n  papaya ");
      if (command === "check")
        expect(out.replace(/\s+/g, " ")).toContain(
          "(default: none, and symmetry,data where that comes to more",
        );
      expect(code).toBe(0);
    });
});

describe("exit codes", () => {
  it("0 where everything holds", async () => expect((await papaya(["check", ...quick])).code).toBe(0));
  it("1 where something is violated", async () => expect((await papaya(["check", "pause"])).code).toBe(1));
  it("3 where a bound was reached", async () => {
    const { code, out } = await papaya(["check", ...quick, "--max-states", "100"]);
    expect(out).toContain("unknown: the search ended early");
    expect(code).toBe(3);
  });
  const remedies: readonly [flags: string[], remedy: string][] = [
    [[], "; with --reduce symmetry,data there are fewer\n"],
    [["--reduce", "symmetry,data"], "were found and not looked into\n"],
    [["--clients", "1"], "were found and not looked into\n"],
  ];
  for (const [flags, remedy] of remedies)
    it(`and what would leave fewer: ${flags.join(" ") || "nothing said"}`, async () => {
      const { out } = await papaya(["check", "--max-states", "20", ...flags]);
      expect(out.endsWith(remedy)).toBe(true);
    });
  it("3 where a bound was reached that was large, with what is left out there unless one says none", async () => {
    const large = ["check", "--messages", "3", "--max-states", "4100000"];
    const { code, out } = await papaya(large);
    expect(out).toContain("more than 4,000,000 states in full: begun again with --reduce symmetry,data\n");
    expect(out).toContain("\nreduced: alike clients taken for one another\nno part of a state: what lines");
    expect(out.endsWith("were found and not looked into\n")).toBe(true);
    expect(code).toBe(3);
    const full = await papaya([...large, "--reduce", "none"]);
    expect(full.out).not.toContain("begun again");
    expect(full.out.endsWith("; with --reduce symmetry,data there are fewer\n")).toBe(true);
    expect(full.code).toBe(3);
  });
  it("130 after Ctrl-C, with what was reached", async () => {
    const { code, out } = await papaya(["check", "--clients", "4"], {
      onStart: (pid) => setTimeout(() => process.kill(pid, "SIGINT"), 3000),
    });
    expect(out).toMatch(/[\d,]+ states.*interrupted/);
    expect(code).toBe(130);
  });
});

describe("--json", () => {
  it("has exactly the fields that the README names, and a schedule for what is broken", async () => {
    const { out } = await papaya(["check", "pause", "--json"]);
    const report = JSON.parse(out);
    expect(Object.keys(report)).toEqual([
      "protocol",
      "bounds",
      "verdict",
      "states",
      "transitions",
      "depth",
      "seconds",
      "properties",
      "unreached",
      "reductions",
      "missOdds",
    ]);
    const p6 = report.properties.find(({ id }: { id: string }) => id === "P6");
    expect(p6).toMatchObject({ name: "every-message-delivered", kind: "at-quiescence", verdict: "violated" });
    expect(p6.schedule).toMatch(/^papaya schedule 1\n/);
    expect(p6.schedule.split("\n").filter((line: string) => / = |^fault /.test(line))).toHaveLength(p6.steps);
  });

  it("does not swallow the protocol behind it", async () => {
    const { out } = await papaya(["check", "--json", "pread", ...quick]);
    expect(JSON.parse(out).protocol).toBe("pread");
  });

  it("goes to a file, too", async () => {
    const { out } = await papaya(["check", ...quick, `--json=${at("report.json")}`]);
    expect(out).toBe("");
    expect(JSON.parse(readFileSync(at("report.json"), "utf8")).verdict).toBe("holds");
  });

  it("is a list for the matrix", async () => {
    const { out } = await papaya(["matrix", "papaya", "pread", "--json"]);
    expect(JSON.parse(out).map(({ protocol }: { protocol: string }) => protocol)).toEqual([
      "papaya",
      "pread",
    ]);
  });
});

describe("schedules", () => {
  it("are written one a broken property, and replay breaks the same one in the last step", async () => {
    await papaya(["check", "no-restart", "--schedule-out", at("schedules")]);
    const files = readdirSync(at("schedules")).sort();
    expect(files).toEqual(["P10.schedule", "P11.schedule", "P6.schedule"]);
    for (const file of files) {
      const { code, out } = await papaya(["replay", join(at("schedules"), file), "--json"]);
      const { properties } = JSON.parse(out);
      const broken = properties.filter(({ verdict }: { verdict: string }) => verdict === "violated");
      expect(broken.map(({ id }: { id: string }) => id)).toContain(file.replace(".schedule", ""));
      expect(code).toBe(1);
    }
  });

  it("that do not fit any more are stale: where, and what could happen instead", async () => {
    await papaya(["check", "pause", "--schedule-out", at("stale")]);
    const path = join(at("stale"), "P6.schedule");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace("flock(log, EX)", "flock(log, SH)"));
    const { code, out } = await papaya(["replay", path]);
    expect(out).toMatch(/stale[\s\S]*flock\(log, SH\)/);
    expect(code).not.toBe(0);
  });

  it("can be tried on another protocol, which goes its own way where it must", async () => {
    await papaya(["check", "pause", "--schedule-out", at("other")]);
    const { code, out } = await papaya(["replay", join(at("other"), "P6.schedule"), "--protocol", "papaya"]);
    expect(out).toMatch(/adapted|added/);
    expect(code).toBe(0);
  });

  it("with a broken line are answered with the line", async () => {
    writeFileSync(at("broken.schedule"), "garbage\n");
    const { code, err } = await papaya(["replay", at("broken.schedule")]);
    expect(err).toMatch(/line 1: a schedule begins with “papaya schedule 1”/);
    expect(code).toBe(2);
  });
});

describe("one seed, one output", () => {
  it("byte by byte, also with faults, and another one for another seed", async () => {
    const arguments_ = ["simulate", "--clients", "4", "--messages", "3", "--faults", "crash=1,short-write=2"];
    const [a, b, c] = await Promise.all(
      ["7", "7", "8"].map((seed) => papaya([...arguments_, "--seed", seed])),
    );
    expect(a?.out).toBe(b?.out);
    expect(a?.out).not.toBe(c?.out);
    expect(a?.out).toContain("seed 7");
  });
});

describe("colour", () => {
  it("is not for pipes", async () => {
    const { out } = await papaya(["check", ...quick], { env: { NO_COLOR: undefined } });
    expect(out).not.toContain("\u001b[");
  });
});
