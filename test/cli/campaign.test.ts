import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commandFor } from "../../cli/campaign-report.ts";
import { papaya, processesAt } from "../command.ts";

const directory = mkdtempSync(join(tmpdir(), "papaya-campaign-"));
afterAll(() => rmSync(directory, { recursive: true }));
const at = (name: string) => join(directory, name);

interface Told {
  readonly verdict: string;
  readonly runs: number;
  readonly wanted: number;
  readonly ending: string;
  readonly steps: number;
  readonly rested: number;
  readonly complete: boolean;
  readonly properties: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly because: string;
    readonly runs: number;
    readonly first: { readonly run: number; readonly seed: string } | null;
    readonly steps: number | null;
    readonly schedule: string | null;
  }[];
}

const simulate = (...flags: string[]) => papaya(["simulate", ...flags]);
const told = async (...flags: string[]): Promise<Told & { readonly code: number | null }> => {
  const { out, code } = await simulate("--json", ...flags);
  return { ...(JSON.parse(out) as Told), code };
};
/** What the runs told, whoever made them and however many there were to be. */
const findings = ({ verdict, runs, steps, rested, properties }: Told) => ({
  ...{ verdict, runs, steps, rested, properties },
});

describe("many runs", () => {
  it("are told of in the same bytes, however many threads make them", async () => {
    for (const protocol of ["published"]) {
      const flags = [protocol, "--runs", "71", "--seed", "7"];
      const [one, two, unsaid] = [
        await simulate(...flags, "--workers", "1"),
        await simulate(...flags, "--workers", "2"),
        await simulate(...flags),
      ];
      expect(one.out).toContain("71 runs, ");
      expect(two).toEqual(one);
      expect(unsaid).toEqual(one);
    }
  });

  it("that take longer than one thread is given are told of in the same bytes as well", async () => {
    const flags = ["--runs", "300", "--clients", "8", "--seed", "7", "--json"];
    const report = async (...workers: string[]) => findings(await told(...flags, ...workers));
    expect(await report()).toEqual(await report("--workers", "1"));
  });

  it("are those that their seeds make alone, which the report names", async () => {
    const { out, code } = await simulate("published", "--runs", "40", "--seed", "7", "--workers", "2");
    expect(code).toBe(1);
    const report = await told("published", "--runs", "40", "--seed", "7");
    const broken = report.properties.filter(({ first }) => first !== null);
    expect(broken.length).toBeGreaterThan(2);
    // Three are enough: each of them takes two more commands.
    for (const { id, runs, first, because } of broken.slice(0, 3)) {
      const { run = 0, seed = "" } = first ?? {};
      expect(seed).toBe(run === 1 ? "7" : `7/${run}`);
      expect(out).toMatch(new RegExp(`^ +${id} .* violated +in ${runs} runs?  `, "m"));
      const command = new RegExp(
        `^${id} .*, broken in ${runs} of 40 runs; here in \\d+ steps, from run ${run}:$[^]*?^run ${run} alone: papaya (.*)$`,
        "m",
      ).exec(out)?.[1];
      expect(command).toBe(`simulate published --seed ${seed}`);
      const alone = JSON.parse((await papaya([...(command ?? "").split(" "), "--json"])).out) as Told;
      expect(alone.properties.find((other) => other.id === id)).toMatchObject({
        verdict: "violated",
        because,
      });
      if (run === 1) continue;
      const before = await told("published", "--runs", String(run - 1), "--seed", "7", "--properties", id);
      expect(before.properties).toMatchObject([{ runs: 0, first: null, schedule: null }]);
    }
  });

  it("of which there is one tell what it tells alone", async () => {
    const campaign = await told("no-lock", "--runs", "1", "--seed", "3");
    const run = JSON.parse((await simulate("no-lock", "--seed", "3", "--json")).out) as Told;
    expect(campaign).toMatchObject({ runs: 1, steps: run.steps, complete: true, code: 1 });
    for (const [nth, { runs, first, ...property }] of campaign.properties.entries())
      expect(property).toEqual(run.properties[nth]);
  });

  it("leave schedules that break what they are named after", async () => {
    const flags = ["published", "--runs", "20", "--seed", "7"];
    await simulate(...flags, "--schedule-out", at("out"), "--save", at("kept"), "--workers", "2");
    const files = readdirSync(at("out"));
    expect(files).toContain("P2.schedule");
    expect(readdirSync(at("kept/published"))).toEqual(files);
    for (const file of files) {
      const { out } = await papaya(["replay", join(at("out"), file), "--json"]);
      const { properties } = JSON.parse(out) as Told;
      expect(properties.find(({ id }) => `${id}.schedule` === file)).toMatchObject({ verdict: "violated" });
    }
  });

  it("are told of to machines in exactly these fields", async () => {
    const { out } = await simulate("no-lock", "--runs", "5", "--seed", "7", "--json");
    const report = JSON.parse(out) as Told;
    expect(Object.keys(report)).toEqual(
      "protocol bounds seed scheduler verdict runs wanted ending steps rested complete seconds properties".split(
        " ",
      ),
    );
    expect(report).toMatchObject({ runs: 5, wanted: 5, ending: "complete", rested: 5, complete: true });
    expect(Object.keys(report.properties[0] ?? {})).toEqual(
      "id name kind verdict because runs first steps schedule".split(" "),
    );
  });

  it("are unknown where one of them is cut short, and go on after what one breaks", async () => {
    expect(await told("--runs", "70", "--max-steps", "60", "--workers", "2")).toMatchObject({
      ...{ verdict: "unknown", runs: 70, steps: 70 * 60, rested: 0, complete: false, code: 3 },
    });
    expect(await told("no-lock", "--runs", "70", "--workers", "2")).toMatchObject({
      ...{ verdict: "violated", runs: 70, rested: 70, complete: true, code: 1 },
    });
  });
});

describe("many runs that are ended early are told of from the first on, without a gap", () => {
  // Whoever interrupts does not want to wait for a shorter schedule.
  const flags = ["no-lock", "--seed", "7", "--no-shrink", "--runs"];
  const endless = [...flags, "100000000"];
  const first = async (runs: number) => findings(await told(...flags, String(runs), "--workers", "1"));

  for (const workers of [["--workers", "2"], []]) {
    it(`by Ctrl-C: ${workers.join(" ") || "nothing said"}`, async () => {
      const place = at(`tmp${workers.join("")}`);
      const { out, code } = await papaya(["simulate", "--json", ...endless, ...workers], {
        env: { TMPDIR: place },
        onStart: (pid) => setTimeout(() => process.kill(pid, "SIGINT"), 2500),
      });
      const report = JSON.parse(out) as Told;
      expect(report).toMatchObject({ wanted: 100_000_000, ending: "interrupted", complete: false });
      expect(code).toBe(130);
      expect(report.runs).toBeGreaterThan(0);
      expect(findings(report)).toEqual(await first(report.runs));
      expect(processesAt(place)).toEqual([]);
    });

    it(`by --max-seconds: ${workers.join(" ") || "nothing said"}`, async () => {
      const report = await told(...endless, ...workers, "--max-seconds", "2");
      expect(report).toMatchObject({ wanted: 100_000_000, ending: "max-seconds", code: 1 });
      expect(findings(report)).toEqual(await first(report.runs));
    });
  }

  it("and it is said so", async () => {
    const { out } = await simulate("--runs", "100000000", "--max-seconds", "1", "--properties", "P2");
    expect(out).toMatch(
      /^([\d,]+) of 100,000,000 runs, .*\nended early by --max-seconds: the report is about the first \1\n/m,
    );
    const { out: none, code } = await simulate(
      ...["--clients", "62", "--messages", "60", "--runs", "3", "--max-seconds", "1"],
    );
    expect(none).toMatch(
      /^0 of 3 runs, 0 steps in all\nended early by --max-seconds: the report is about no run$/m,
    );
    expect(none).toMatch(/\nunknown: no run was made\n$/);
    expect(code).toBe(3);
  });
});

describe("what is wrong is said", () => {
  const cases: readonly (readonly [flags: readonly string[], says: RegExp])[] = [
    [["--runs", "0"], /--runs <n>' argument '0' is invalid. It takes a whole number from 1 on/],
    [["--runs", "many"], /--runs <n>' argument 'many' is invalid. It takes a whole number/],
    [
      ["--runs", "9", "--workers", "0"],
      /--workers <n>' argument '0' is invalid. It takes a whole number from 1/,
    ],
    [["--runs", "9", "--max-seconds", "x"], /--max-seconds <n>' argument 'x' is invalid/],
    [["--workers", "2"], /--workers: for many runs. Say with --runs how many/],
    [["--workers", "2", "--max-seconds", "9"], /--workers, --max-seconds: for many runs/],
    [["--runs", "9", "papayaa"], /no protocol of that name/],
    [["--runs", "9", "--clients", "70"], /at most 62 clients/],
    [["--runs", "9", "--json=/nope/x"], /\/nope\/x cannot be written/],
  ];
  for (const [flags, says] of cases)
    it(flags.join(" "), async () => {
      const { code, out, err } = await simulate(...flags);
      expect(err).toMatch(says);
      expect(err).not.toMatch(/\n\s+at /);
      expect({ code, out }).toEqual({ code: 2, out: "" });
    });

  /** A protocol file whose RECV does this where somebody else has the lock: in some runs, and not in others. */
  const fileThat = (name: string, does: string): string => {
    writeFileSync(
      at(name),
      `import { flock, papaya, recv, variant, withStates } from "papaya-proof";
      const lockLog = {
        meta: { call: flock("log", "EX", { nonblock: true }) },
        on: { ok: "notifyGroup", EWOULDBLOCK: { target: "notifyGroup", guard: () => { ${does} } } },
      };
      const machines = { RECV: withStates(recv, { lockLog }) };
      export default variant(papaya, { id: "trouble", says: "it is in trouble", machines });`,
    );
    return at(name);
  };

  it("a protocol's own file is run by threads as well", async () => {
    const flags = [fileThat("fine.ts", "return true;"), "--runs", "60", "--properties", "P2", "--workers"];
    const [one, two] = [await told(...flags, "1"), await told(...flags, "2")];
    expect(two.code).toBe(1);
    expect(findings(two)).toEqual(findings(one));
  });

  it("where a run throws, as it is without threads", async () => {
    const file = fileThat("throws.ts", `throw new Error("the lock is taken");`);
    const [one, two] = [
      await simulate(file, "--runs", "200", "--workers", "1"),
      await simulate(file, "--runs", "200", "--workers", "2"),
    ];
    for (const { code, out, err } of [one, two]) {
      expect({ code, out }).toEqual({ code: 2, out: "" });
      // On a busy machine something is told of how far it is before that.
      expect(err.split("\n").at(-2)).toBe(
        'papaya: machine RECV, state “lockLog”: a guard or an action threw on {"type":"EWOULDBLOCK"}: the lock is taken',
      );
    }
  });

  it("where a thread is gone", async () => {
    const file = fileThat("leaves.ts", "process.exit(0);");
    const { code, out, err } = await simulate(file, "--runs", "200", "--workers", "2");
    expect(err).toContain("a worker thread is gone");
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });
});

describe("the command for a run alone", () => {
  const cases: readonly (readonly [said: readonly string[], alone: string])[] = [
    [["simulate", "no-lock", "--runs", "9"], "papaya simulate no-lock --seed 7/3"],
    [["simulate", "--runs=9", "--seed", "7", "no-lock"], "papaya simulate no-lock --seed 7/3"],
    [
      ["simulate", "--workers", "2", "--clients", "3", "--max-seconds=9", "--no-shrink"],
      "papaya simulate --clients 3 --no-shrink --seed 7/3",
    ],
    [["simulate", "--save", "--json", "pause", "--json=x"], "papaya simulate pause --seed 7/3"],
    [["simulate", "--save", "kept", "pause", "--schedule-out", "out"], "papaya simulate pause --seed 7/3"],
    [["simulate", "./my protocol.ts", "--runs", "9"], "papaya simulate './my protocol.ts' --seed 7/3"],
    [["simulate", "--runs", "9", "--", "-odd.ts"], "papaya simulate --seed 7/3 -- -odd.ts"],
  ];
  for (const [said, alone] of cases) it(said.join(" "), () => expect(commandFor(said, "7/3")).toBe(alone));
  it("quotes seeds for a shell", () =>
    expect(commandFor(["simulate", "--runs", "9"], "it's/3")).toBe("papaya simulate --seed 'it'\\''s/3'"));
});
