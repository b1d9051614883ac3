import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Protocol, parseSchedule, settingFor, showAction } from "../../model/index.ts";
import { papaya, protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { type ReplayReport, replay, replayAligned } from "../../sim/index.ts";

/** `PROTOCOL/NAME.schedule`: what once broke a property of that protocol, or seemed to break one of `papaya`. */
const folder = import.meta.dirname;

const filesOf = (protocol: Protocol): string[] => {
  const known = readdirSync(folder, { withFileTypes: true }).some(({ name }) => name === protocol.id);
  return known ? readdirSync(join(folder, protocol.id)).sort() : [];
};

const read = (protocol: Protocol, file: string) =>
  parseSchedule(readFileSync(join(folder, protocol.id, file), "utf8"));

const broken = ({ properties }: ReplayReport): string[] =>
  properties.filter(({ verdict }) => verdict === "violated").map(({ id, because }) => `${id}: ${because}`);

/** What a schedule that does not fit any more is answered with. */
const staleness = ({ stale }: ReplayReport): string =>
  stale === null
    ? ""
    : `step ${stale.step} is stale: ${showAction(stale.wanted)}; nearest: ${stale.nearest === null ? "nothing" : showAction(stale.nearest)}`;

for (const protocol of protocols.filter((one) => one !== papaya && filesOf(one).length > 0))
  describe(`what broke ${protocol.id}`, () => {
    for (const file of filesOf(protocol)) {
      const schedule = read(protocol, file);
      it(`${file} still breaks it, in the same words`, () => {
        const report = replay(settingFor(schedule, protocol), properties, schedule.steps);
        expect(staleness(report)).toBe("");
        expect(broken(report)).toContain(`${schedule.property.split(" ")[0]}: ${schedule.because}`);
      });
      it(`${file} does not break papaya`, () => {
        const report = replayAligned(settingFor(schedule, papaya), properties, schedule.steps);
        expect(broken(report)).toEqual([]);
      });
    }
  });

describe("what once seemed to break papaya, and was the fault of a property or of the kernel's model", () => {
  for (const file of filesOf(papaya))
    it(file.replace(".schedule", "").replaceAll("-", " "), () => {
      const schedule = read(papaya, file);
      const report = replay(settingFor(schedule, papaya), properties, schedule.steps);
      expect(staleness(report)).toBe("");
      expect(broken(report)).toEqual([]);
    });
});

describe("the corpus", () => {
  it("has a schedule for each property that a protocol breaks by doing something", () => {
    const missing = protocols.flatMap((protocol) =>
      protocol.breaks
        .filter((id) => properties.find((property) => property.id === id)?.kind !== "sometimes")
        .filter((id) => !filesOf(protocol).includes(`${id}.schedule`))
        .map((id) => `${protocol.id} ${id}`),
    );
    expect(missing).toEqual([]);
  });

  it("belongs to protocols that there are", () => {
    const ids = protocols.map(({ id }) => id);
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !ids.includes(name))).toEqual([]);
  });
});
