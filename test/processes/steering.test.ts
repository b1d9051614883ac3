/** Schedules forced onto real processes: the corpus, random ones, and the commands that do it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { overall, parseSchedule, type Schedule, settingFor, settingOf } from "../../model/index.ts";
import { papaya as mended, protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { obstacleTo, type SteeredReport, Steering } from "../../real/index.ts";
import { predict, RandomScheduler, replayAligned, simulate } from "../../sim/index.ts";
import { papaya, processesAt } from "../command.ts";

let steering: Steering;
beforeAll(() => {
  steering = Steering.open();
});
afterAll(() => steering.close());

const corpus = join(import.meta.dirname, "../corpus");
const kept = readdirSync(corpus, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(join(corpus, name)).map((file) => `${name}/${file}`));
const read = (file: string): Schedule => parseSchedule(readFileSync(join(corpus, file), "utf8"));
const protocolNamed = (id: string) => {
  const found = protocols.find((protocol) => protocol.id === id);
  if (found === undefined) throw new Error(`${id} is no shipped protocol`);
  return found;
};

const violated = ({ properties: verdicts }: SteeredReport): string[] =>
  verdicts.filter(({ verdict }) => verdict === "violated").map(({ id }) => id);

it("every shipped protocol can be run as processes, but for the one that needs a second file", () => {
  const obstacles = protocols.map((protocol) => [protocol.id, obstacleTo(protocol)]);
  expect(obstacles.filter(([, obstacle]) => obstacle !== null)).toEqual([
    ["turnstile", "it opens another file than the log"],
  ]);
});

describe("what is kept in the corpus", () => {
  it.each(kept)("%s does on real processes what it does on the model", (file) => {
    const schedule = read(file);
    const protocol = protocolNamed(schedule.protocol);
    const setting = settingFor(schedule, protocol);
    const report = steering.replay(setting, protocol.id, predict(setting, schedule.steps), properties);
    expect(report.divergence).toBeNull();
    if (schedule.expect?.[protocol.id] === "violated")
      expect(violated(report)).toContain(schedule.property.split(" ")[0]);
    else expect(violated(report)).toEqual([]);
  });

  it.each(kept.filter((file) => !file.startsWith("papaya/")))("%s does not break papaya", (file) => {
    const schedule = read(file);
    const setting = settingFor(schedule, mended);
    const steps = replayAligned(setting, properties, schedule.steps).steps.map(({ action }) => action);
    const report = steering.replay(setting, mended.id, predict(setting, steps), properties);
    expect(report.divergence).toBeNull();
    expect(report.complete).toBe(true);
    expect(overall(report.properties, true)).toBe("holds");
  });
});

describe("random schedules of published, which breaks in most of them, go as predicted as well", () => {
  it.each([1, 2, 3, 4, 5, 6])("seed %i", (seed) => {
    const published = protocolNamed("published");
    const setting = settingOf(published, { ...published.bounds, clients: 2, messages: 2 });
    const { steps } = simulate(setting, [], new RandomScheduler(setting, String(seed)));
    expect(steering.replay(setting, "published", predict(setting, steps), properties).divergence).toBeNull();
  });
});

describe("the commands", () => {
  const place = mkdtempSync(join(tmpdir(), "papaya-test-"));
  afterAll(() => rmSync(place, { recursive: true }));
  const run = (...arguments_: string[]) => papaya(arguments_, { env: { TMPDIR: place } });
  /** What is left behind: run directories, processes. */
  const leftovers = (): string[] => readdirSync(place).filter((name) => name.startsWith("papaya-run-"));

  it("papaya steer replays many schedules, with faults, without a divergence", async () => {
    const { code, out } = await run("steer", "--runs", "60", "--seed", "7", "--json");
    const report = JSON.parse(out) as { runs: number; bad: unknown[] };
    expect(report).toMatchObject({ runs: 60, diverged: 0, broken: 0, bad: [] });
    expect(code).toBe(0);
    expect(leftovers()).toEqual([]);
  });

  it("papaya replay --on processes shows the kernel's own view, and the verdicts of both", async () => {
    const { code, out } = await run(
      "replay",
      join(corpus, "inherited-description/P2.schedule"),
      "--on",
      "processes",
    );
    expect(out).toMatch(/EX daemon\.log, EX RECV\[1\]\.log, EX SEND\[1\]\.log/);
    expect(out).toMatch(/P2 +no-torn-message +always +violated +violated/);
    expect(code).toBe(1);
  });

  it("on papaya the same step is held up", async () => {
    const schedule = join(corpus, "inherited-description/P2.schedule");
    const { code, out } = await run(
      "replay",
      schedule,
      "--protocol",
      "papaya",
      "--on",
      "processes",
      "--json",
    );
    const report = JSON.parse(out) as { skipped: { because: string }[]; processes: { divergence: unknown } };
    expect(report.skipped.map(({ because }) => because).join()).toContain("blocked in flock(log, SH)");
    expect(report.processes.divergence).toBeNull();
    expect(code).toBe(0);
  });

  it("a protocol that is not the same everywhere diverges: exit code 4, and both sides", async () => {
    const file = join(place, "moody.ts");
    writeFileSync(
      file,
      `import { flock, papaya, recv, variant, withCall } from "papaya-proof";
       const isReal = process.argv[1]?.includes("zygote") ?? false;
       export default variant(papaya, {
         id: "moody",
         says: "RECV takes another lock where it really runs.",
         machines: { RECV: withCall(recv, "lockLog", flock("log", isReal ? "SH" : "EX")) },
       });`,
    );
    const { code, out } = await run("steer", file, "--runs", "1", "--clients", "1", "--faults", "");
    expect(out).toMatch(
      /divergence at step \d+, RECV\[1\] read\(socket, 64\): the kernel says otherwise than the model/,
    );
    expect(out).toMatch(
      /model +RECV\[1\]: stands before flock\(log, EX\)\n +kernel +RECV\[1\]: stands before flock\(log, SH\)/,
    );
    expect(code).toBe(4);
  });

  it("what is stopped goes as well when the runner is killed", async () => {
    await papaya(["steer", "--runs", "200", "--clients", "2", "--faults", "stop=2"], {
      env: { TMPDIR: place },
      onStart: (pid) => setTimeout(() => process.kill(pid, "SIGKILL"), 3000),
    });
    await expect.poll(() => processesAt(place), { timeout: 20_000 }).toEqual([]);
  });
});
