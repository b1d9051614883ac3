import { describe, expect, it } from "vitest";
import { defaultBounds, fairnessNames, settingOf } from "../../model/index.ts";
import { comesToRest, writerProgress } from "../../properties/progress.ts";
import { loadProtocol } from "../../real/protocol.ts";
import { checkLiveness } from "../../sim/index.ts";
import { placeOf, restProofs, writerProofs } from "./progress.ts";

describe("P15, that a RECV which waits for the exclusive lock gets it, among clients that never stop", () => {
  for (const { protocol: id, clients, visitors, states, transitions, cyclic, breaks } of writerProofs)
    it(`${id}, ${clients} writing, ${visitors} coming and going: broken under ${breaks.join(", ") || "no fairness"}`, async () => {
      const bounds = { ...defaultBounds, messages: 0, endless: true, clients, visitors };
      const setting = settingOf(await loadProtocol(placeOf(id)), bounds);
      for (const fairness of fairnessNames) {
        const report = checkLiveness(setting, [writerProgress], fairness);
        expect(report).toMatchObject({ states, transitions, cyclic, quiescent: 0, queue: 0 });
        const [found] = report.properties;
        expect(found?.verdict, fairness).toBe(breaks.includes(fairness) ? "violated" : "holds");
        if (found?.schedule) expect(found.lasso, fairness).toMatchObject({ isBroken: true, unfair: [] });
      }
    });
});

describe("P17, that the server comes to rest when its clients do", () => {
  for (const { bounds, states, transitions } of restProofs)
    it(`papaya, ${JSON.stringify(bounds)}: no run goes on for ever, so it holds without any fairness`, async () => {
      const { bounds: own, ...papaya } = await loadProtocol("papaya");
      const setting = settingOf({ ...papaya, bounds: own }, { ...own, ...bounds });
      const report = checkLiveness(setting, [comesToRest], "none");
      expect(report).toMatchObject({ verdict: "holds", states, transitions, cyclic: 0, queue: 0 });
    });
});
