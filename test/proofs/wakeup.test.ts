import { describe, expect, it } from "vitest";
import { papaya } from "../command.ts";

const verdictOf = async (protocol: string): Promise<string> => {
  const { out } = await papaya(["check", protocol, "--properties", "P6", "--faults", "crash=1", "--json"]);
  return (JSON.parse(out) as { verdict: string }).verdict;
};

describe("a process that is killed at any step, between an append and its signal among them", () => {
  it("makes no client of papaya miss a line", async () => expect(await verdictOf("papaya")).toBe("holds"));

  it("makes one miss it where the signal comes after the append", async () =>
    expect(await verdictOf("signal-after-append")).toBe("violated"));
});
