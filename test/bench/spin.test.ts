import { afterAll, describe, expect, it } from "vitest";
import { counts } from "../miniature/counts.ts";
import { Running } from "./running.ts";
import { Spin } from "./spin.ts";

const running = new Running();
const spin = Spin.find(running);
const limits = { maxSeconds: 60, maxBytes: 1024 ** 3 };

const search = (clients: number, messages: number, keepsOrder: boolean, reduced: boolean) => {
  const order = { clients, messages, keepsOrder, reduced, slotBits: 22 };
  return spin?.measure(order, `Spin ${clients}x${messages}`, limits);
};

afterAll(() => {
  spin?.close();
  running.end();
});

describe.skipIf(spin === null)("the Promela text is the miniature (needs spin and gcc)", () => {
  for (const { clients, messages, states, transitions } of counts)
    it(`${clients}x${messages}: Spin counts the states and edges that we count`, async () =>
      expect(await search(clients, messages, true, false)).toMatchObject({
        ...{ ended: "complete", verdict: "holds", states },
        // The step into the initial state is one to Spin.
        transitions: transitions + 1,
      }));

  it("Spin's reduction leaves states out, and so does dropping the order", async () => {
    const [all = 0, reduced = 0, dropped = 0, least = 0] = await Promise.all(
      [
        [true, false],
        [true, true],
        [false, false],
        [false, true],
      ].map(
        async ([keepsOrder = true, isReduced = true]) => (await search(2, 2, keepsOrder, isReduced))?.states,
      ),
    );
    expect([all, reduced]).toEqual([161_972, 90_206]);
    expect(dropped).toBeLessThan(all);
    expect(least).toBeLessThan(Math.min(dropped, reduced));
  });

  it("stops at its bound of time, and says how far it came", async () => {
    const order = { clients: 4, messages: 1, keepsOrder: true, reduced: false, slotBits: 22 };
    const stopped = await spin?.measure(order, "Spin 4x1", { ...limits, maxSeconds: 1 });
    expect(stopped).toMatchObject({ ended: "time", verdict: "unknown" });
    expect(stopped?.states).toBeGreaterThan(0);
  });

  it("stops at its bound of memory", async () => {
    const order = { clients: 4, messages: 1, keepsOrder: true, reduced: false, slotBits: 22 };
    const stopped = await spin?.measure(order, "Spin 4x1", { ...limits, maxBytes: 100 * 1024 ** 2 });
    expect(stopped).toMatchObject({ ended: "memory", verdict: "unknown" });
  });
});
