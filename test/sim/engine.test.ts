import { describe, expect, it } from "vitest";
import { defaultBounds, settingOf } from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { check } from "../../sim/index.ts";
import { plainSearch } from "./plain-search.ts";

const small = { ...defaultBounds, clients: 1 };
const sizes = [
  small,
  { ...small, segments: 2 },
  { ...small, faults: { crash: 1 } },
  { ...small, faults: { "short-write": 1, "disk-full": 1 } },
  { ...small, messages: 0, strangers: 1, faults: { "daemon-restart": 1 } },
  { ...small, messages: 0, faults: { disconnect: 1, return: 1 } },
];

describe("the engine counts what the plain definition counts", () => {
  for (const protocol of protocols)
    it(`of ${protocol.id}`, () => {
      for (const bounds of sizes) {
        const setting = settingOf(protocol, bounds);
        const { states, transitions, depth, quiescent, properties: checked } = check(setting, properties);
        const verdicts = checked.map(({ id, verdict, steps }) => ({ id, verdict, steps }));
        expect({ states, transitions, depth, quiescent, verdicts }, JSON.stringify(bounds)).toEqual(
          plainSearch(setting, properties),
        );
      }
    });
});
