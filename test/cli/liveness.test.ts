import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { papaya } from "../command.ts";

let place = "";
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "papaya-"));
});
afterAll(() => rmSync(place, { recursive: true }));

const p15 = ["check", "papaya", "--endless", "--properties", "P15"];

describe("papaya check --fairness", () => {
  it("shows a run that never ends, who has what part in it, and writes it to a file that replays", async () => {
    const { code, out } = await papaya([...p15, "--fairness", "strong-lock", "--schedule-out", place]);
    expect(code).toBe(1);
    expect(out).toContain("P15 writer-progress, broken after 18 steps by 26 more for ever:");
    expect(out).toContain("RECV[1] can do nothing in any of them");
    const again = await papaya(["replay", join(place, "P15.schedule")]);
    expect(again.code).toBe(1);
    expect(again.out).toContain("the loop ends in the state that it began in");
    expect(again.out).toContain("breaks P15 writer-progress under fairness “strong-lock”");
  });

  it("says the same to machines, and so does replay", async () => {
    const { code, out } = await papaya([...p15, "--visitors", "1", "--fairness", "weak", "--json"]);
    expect(code).toBe(1);
    const { fairness, verdict, properties } = JSON.parse(out);
    expect({ fairness, verdict }).toEqual({ fairness: "weak", verdict: "violated" });
    const [{ lasso, schedule }] = properties;
    expect(lasso).toMatchObject({ waiting: ["RECV[1]"], closes: true, unfair: [], stem: { length: 13 } });
    writeFileSync(join(place, "weak.schedule"), schedule);
    const again = await papaya(["replay", join(place, "weak.schedule"), "--json"]);
    expect(again.code).toBe(1);
    expect(JSON.parse(again.out)).toMatchObject({
      verdict: "violated",
      loop: lasso.loop,
      parts: lasso.parts,
    });
  });

  it("holds where it holds, and says when nothing was judged", async () => {
    expect((await papaya([...p15, "--visitors", "1", "--fairness", "strong-lock"])).code).toBe(0);
    const { code, out } = await papaya(["check", "papaya", "--properties", "P15", "--clients", "1"]);
    expect(code).toBe(0);
    expect(out).toContain("nothing was judged: P15: it does not speak of such an environment");
  });

  it("does not know what it did not look at", async () =>
    expect((await papaya([...p15, "--fairness", "weak", "--visitors", "1", "--max-states", "50"])).code).toBe(
      3,
    ));
});

describe("papaya replay of a loop", () => {
  const replayed = async (change: (text: string) => string) => {
    const { out } = await papaya([...p15, "--visitors", "1", "--fairness", "weak", "--json"]);
    const [{ schedule }] = JSON.parse(out).properties;
    writeFileSync(join(place, "changed.schedule"), change(schedule));
    return papaya(["replay", join(place, "changed.schedule")]);
  };

  it("says that a loop does not lead back, or is not fair, and then nothing is broken", async () => {
    const cut = await replayed((text) => text.trimEnd().split("\n").slice(0, -1).join("\n"));
    expect(cut.code).toBe(0);
    expect(cut.out).toContain("it is not so that the loop ends in the state that it began in");
    const strong = await replayed((text) => text.replace("fairness: weak", "fairness: strong-lock"));
    expect(strong.code).toBe(0);
    expect(strong.out).toContain("RECV[1] could take the lock again and again, and never does");
  });

  it("names a step that no longer fits", async () => {
    const { code, out } = await replayed((text) => text.replace("loop:\n", "loop:\nSEND[1] exit(0) = \n"));
    expect(code).toBe(2);
    expect(out).toContain("stale: step 14 of");
  });

  it("refuses what cannot be asked of it", async () => {
    await replayed((text) => text);
    const path = join(place, "changed.schedule");
    const onProcesses = await papaya(["replay", path, "--on", "processes"]);
    expect(onProcesses).toMatchObject({ code: 2, err: expect.stringContaining("the model's own") });
    const other = await papaya(["replay", path, "--protocol", "turnstile"]);
    expect(other).toMatchObject({
      code: 2,
      err: expect.stringContaining("papaya check turnstile --fairness"),
    });
    writeFileSync(path, readFileSync(path, "utf8").replace("property: P15 writer-progress\n", ""));
    expect((await papaya(["replay", path])).code).toBe(2);
  });
});

describe("what does not go together is refused, with the remedy", () => {
  it.each<[string, RegExp]>([
    ["check --properties P2 --fairness weak", /P2: not judged by whole runs/],
    ["check --properties P2,P15", /Check it by itself/],
    ["check --visitors 2", /say --endless as well/],
    ["check --endless --strangers 1", /--strangers says nothing in an endless environment/],
    ["check --endless --token-segments 2", /--token-segments says nothing/],
    ["check --endless --faults return=1", /“return” is no fault of an endless environment/],
    ["check --endless --save", /--schedule-out DIR/],
    ["check --fairness weak --reduce symmetry", /--reduce cannot be had together with P15 or P17/],
    ["check --endless --reduce order", /--reduce cannot be had together with P15 or P17/],
    ["check --fairness strong", /Allowed choices are none, weak, strong-lock/],
    ["check published --endless", /published cannot be put into an endless environment/],
    ["simulate --properties P15", /P15 can be judged by whole runs only/],
  ])("papaya %s", async (command, reason) => {
    const { code, err } = await papaya(command.split(" "));
    expect(err).toMatch(reason);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });
});
