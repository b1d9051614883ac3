import { describe, expect, it } from "vitest";
import { defaultBounds, settingOf } from "../../../model/index.ts";
import { papaya } from "../../../model/protocols/index.ts";
import { Excursions } from "../../../sim/checker/excursions.ts";
import { none, Space } from "../../../sim/checker/space.ts";
import { finish } from "../../../sim/progress.ts";
import { Parts } from "../../../sim/sweep/parts.ts";
import { miniature } from "../../miniature/miniature.ts";

/** The names of all parts that come up on some random ways, in the order of the alphabet. */
const partsOf = (setting: ReturnType<typeof settingOf>): string[] => {
  const space = new Space(setting, [], none);
  finish(new Excursions(space).making(8));
  const parts = new Parts(space.blocks, setting);
  return Array.from({ length: parts.count }, (_, part) => parts.nameOf(part)).sort();
};

const within = (bounds: Partial<typeof defaultBounds>) =>
  settingOf(papaya, { ...defaultBounds, faults: {}, ...bounds });

describe("the parts of a state", () => {
  it("are, with two clients, the roles of what each of them has", () => {
    const ofOne = (client: number) => ["RECV", "SEND", "client"].map((role) => `${role}[${client}]`);
    expect(partsOf(within({ clients: 2 }))).toEqual(["", "servers", ...ofOne(1), ...ofOne(2)].sort());
    expect(partsOf(within({ clients: 1, strangers: 1 }))).toEqual(
      ["", "servers", ...ofOne(1), "client[2]"].sort(),
    );
    expect(partsOf(settingOf(miniature(1, 1)))).toEqual(["", "RECV[1]", "SEND[1]"]);
  });

  it("are, with more, the clients", () => {
    const clients = [1, 2, 3].map((client) => `client[${client}]`);
    expect(partsOf(within({ clients: 3 }))).toEqual(["", ...clients, "servers"]);
    expect(partsOf(within({ clients: 2, strangers: 1 }))).toEqual(["", ...clients, "servers"]);
    expect(partsOf(settingOf(miniature(3, 1)))).toEqual(["", ...clients]);
  });

  it("have all lives of a process in one", () => {
    const lives = within({ clients: 1, faults: { "daemon-restart": 1, return: 1 } });
    expect(partsOf(lives)).toEqual(["", "RECV[1]", "SEND[1]", "client[1]", "servers"]);
  });
});
