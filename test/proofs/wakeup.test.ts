import { describe, expect, it } from "vitest";
import { papaya } from "../command.ts";

interface Checked {
  readonly properties: readonly { id: string; verdict: string; schedule: string | null }[];
}

/** The schedule that breaks P6 when any process may be killed at any step. */
const lostWakeup = async (protocol: string): Promise<{ verdict: string; schedule: string }> => {
  const { out } = await papaya(["check", protocol, "--properties", "P6", "--faults", "crash=1", "--json"]);
  const [checked] = (JSON.parse(out) as Checked).properties;
  return { verdict: checked?.verdict ?? "", schedule: checked?.schedule ?? "" };
};

const stepsBy = (schedule: string, process: string): string[] =>
  schedule.split("\n").filter((line) => line.startsWith(`${process} `) || line.endsWith(` ${process}`));

describe("a RECV that is killed between its append and its signal", () => {
  it("makes published lose the wakeup", async () => {
    const { verdict, schedule } = await lostWakeup("published");
    expect(verdict).toBe("violated");
    const killed = /^fault crash (RECV\S*)$/m.exec(schedule)?.[1] ?? "";
    const steps = stepsBy(schedule, killed);
    expect(steps.at(-1)).toBe(`fault crash ${killed}`);
    expect(steps.some((step) => step.includes("write(log"))).toBe(true);
    expect(steps.some((step) => step.includes("kill("))).toBe(false);
  });

  it("makes no client of papaya miss a line", async () => {
    expect(await lostWakeup("papaya")).toEqual({ verdict: "holds", schedule: "" });
  });

  it("makes the variant that signals after its append lose it, too", async () => {
    expect((await lostWakeup("signal-after-append")).verdict).toBe("violated");
  });
});
