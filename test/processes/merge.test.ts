import { expect, it } from "vitest";
import { mergeTraces } from "../../real/merge.ts";
import type { ProcessTrace } from "../../real/observe.ts";

const trace = (pid: number, role: string, at: number, parent?: number): ProcessTrace => ({
  at,
  header: {
    type: "process",
    pid,
    parent: 1,
    configuration: {
      role,
      descriptors: {},
      groups: {},
      blocked: [],
      ignored: [],
      ...(parent === undefined ? {} : { parent }),
    },
    sockets: {},
  },
  records: [],
});

it("whoever is killed in the middle of a spawn has ended when its child has let go of what it had", () => {
  const deaths = new Map([[10, { at: 100, signal: 9 }]]);
  const kill = { at: 90, event: { type: "fault", fault: "daemon-restart", process: "daemon@10" } } as never;
  const endOf = (...children: ProcessTrace[]): number | undefined =>
    mergeTraces([trace(10, "daemon", 0), ...children], [kill], deaths).events.find(
      ({ event }) => event.type === "exit",
    )?.at;
  expect(endOf()).toBe(100);
  expect(endOf(trace(11, "RECV", 50, 10))).toBe(100);
  expect(endOf(trace(11, "RECV", 50, 10), trace(12, "RECV", 140, 10))).toBe(141);
  expect(endOf(trace(12, "RECV", 140, 9))).toBe(100);
});
