import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { overall, parseSchedule, type Schedule, settingFor, showAction } from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { loadProtocol } from "../../real/protocol.ts";
import { type ReplayReport, replay, replayAligned } from "../../sim/index.ts";

/** `PROTOCOL/NAME.schedule`: what once broke a property of that protocol, or seemed to break one of `papaya`. */
const folder = import.meta.dirname;

interface Kept {
  readonly file: string;
  readonly schedule: Schedule;
}

const kept: readonly Kept[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(join(folder, name))
      .sort()
      .map((file) => ({
        file: `${name}/${file}`,
        schedule: parseSchedule(readFileSync(join(folder, name, file), "utf8")),
      })),
  );

const broken = ({ properties }: ReplayReport): string[] =>
  properties.filter(({ verdict }) => verdict === "violated").map(({ id, because }) => `${id}: ${because}`);

/** What a schedule that does not fit any more is answered with. */
const staleness = ({ stale }: ReplayReport): string =>
  stale === null
    ? ""
    : `step ${stale.step} is stale: ${showAction(stale.wanted)}; nearest: ${stale.nearest === null ? "nothing" : showAction(stale.nearest)}`;

for (const { file, schedule } of kept)
  describe(file, () => {
    for (const [reference, verdict] of Object.entries(schedule.expect ?? {}))
      it(`${verdict === "holds" ? "does not break" : "still breaks"} ${reference}`, async () => {
        const protocol = await loadProtocol(reference);
        const follow = reference === schedule.protocol ? replay : replayAligned;
        const report = follow(settingFor(schedule, protocol), properties, schedule.steps);
        expect(staleness(report)).toBe("");
        if (verdict === "holds") expect(broken(report)).toEqual([]);
        else if (reference !== schedule.protocol) expect(overall(report.properties, true)).toBe(verdict);
        else expect(broken(report)).toContain(`${schedule.property.split(" ")[0]}: ${schedule.because}`);
      });
  });

describe("the corpus", () => {
  it("says of each schedule what is expected of its own protocol, and of papaya", () => {
    const silent = kept.filter(
      ({ schedule: { expect: expected = {}, protocol } }) =>
        !(protocol in expected) || expected.papaya === undefined,
    );
    expect(silent.map(({ file }) => file)).toEqual([]);
  });

  it("has a schedule for each property that a protocol breaks by doing something", () => {
    const missing = protocols.flatMap((protocol) =>
      protocol.breaks
        .filter((id) => properties.find((property) => property.id === id)?.kind !== "sometimes")
        .filter((id) => !kept.some(({ file }) => file === `${protocol.id}/${id}.schedule`))
        .map((id) => `${protocol.id} ${id}`),
    );
    expect(missing).toEqual([]);
  });
});
