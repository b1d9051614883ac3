import { afterEach, describe, expect, it, vi } from "vitest";
import { assign } from "xstate";
import {
  type Bounds,
  type Bytes,
  defaultBounds,
  type Observer,
  type Property,
  type Protocol,
  type Setting,
  settingOf,
  splitLines,
  withEdges,
} from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";
import { properties } from "../../properties/index.ts";
import { Search } from "../../sim/checker/search.ts";
import { none } from "../../sim/checker/space.ts";
import { Blindness } from "../../sim/engine/blindness.ts";
import { canonical } from "../../sim/engine/canonical.ts";
import { type Labels, labelsIn, templateOf } from "../../sim/engine/labels.ts";
import { letteredCells } from "../../sim/engine/observed.ts";
import type { Moves, Witness } from "../../sim/engine/product.ts";
import { type CheckReport, check, type Reductions } from "../../sim/index.ts";
import type { Cells, Value } from "../../sim/kernel/index.ts";
import { finish } from "../../sim/progress.ts";
import { callsOf, faultsTo, type Transition } from "../../sim/transition.ts";
import { miniature } from "../miniature/miniature.ts";
import { asserted, deliveredInFull, deliveredInOrder } from "../miniature/properties.ts";
import { verdictsOf } from "./comparison.ts";
import { compareRests, guessed } from "./slices.ts";

const data: Reductions = { symmetry: false, order: false, data: true };
const all: Reductions = { symmetry: true, order: true, data: true };

const protocol = (id: string): Protocol => protocols.find((one) => one.id === id) as Protocol;

const searched = (setting: Setting, asked: readonly Property[], reductions: Reductions): CheckReport =>
  check(setting, asked, { reductions });

describe("without the order of the log, the miniature has exactly the states that Spin counts where it drops the order", () => {
  const counts = [
    [2, 3, 278_298],
    [3, 1, 733_565],
  ] as const;
  for (const [clients, messages, states] of counts)
    for (const delivered of [deliveredInFull, deliveredInOrder])
      it(`${clients} × ${messages}: ${states}. ${delivered.says}`, () => {
        const setting = settingOf(miniature(clients, messages));
        expect(searched(setting, [...asserted, delivered], data)).toMatchObject({
          ...{ states, verdict: "holds", refusals: { contents: "" } },
          leftOut: { contents: true, unread: ["offset/RECV[*].log"] },
        });
      });

  it("and with all reductions, three clients with two messages each are few enough for a test", () => {
    const report = searched(settingOf(miniature(3, 2)), [...asserted, deliveredInOrder], all);
    expect(report).toMatchObject({ states: 118_829, verdict: "holds" });
  }, 60_000);
});

describe("what is left out makes no difference: same verdicts, same lengths, same transitions reached, same states of rest", () => {
  const small: Bounds = { ...defaultBounds, clients: 2, messages: 1 };
  /** Who keeps the contents of the log, and how many states are left of how many. */
  const kept: readonly (readonly [string, Bounds, string])[] = [
    ["papaya", small, ""],
    ["papaya", { ...small, clients: 1, faults: { crash: 1 } }, ""],
    ["pause", small, ""],
    ["readers-exclude", small, ""],
    ["no-append-flag", { ...small, stored: 1 }, ""],
  ];
  for (const [id, bounds, contents] of kept)
    it(`${id} ${JSON.stringify(bounds)}: ${contents === "" ? "forgotten" : `kept for ${contents}`}`, () => {
      const setting = settingOf(protocol(id), bounds);
      const [full, report] = [none, data].map((one) => searched(setting, properties, one));
      expect(verdictsOf(report!)).toEqual(verdictsOf(full!));
      expect(report!.refusals.contents).toBe(contents);
      if (contents === "")
        expect(compareRests(setting, properties, guessed(setting, properties))).toEqual({
          missed: [],
          invented: [],
        });
    }, 60_000);

  it("papaya's own bounds: 65,171 states of 74,579, and all properties hold", () => {
    const report = searched(settingOf(protocol("papaya")), properties, data);
    expect(report).toMatchObject({ states: 65_171, verdict: "holds", quiescent: 1 });
  });
});

/** Somebody sends the other way round than it came. */
const last: Property = {
  id: "P101",
  name: "first-client-first",
  kind: "at-quiescence",
  says: "The last line is never that of the first client.",
  observers: [],
  onQuiescence: ({ log }) => (splitLines(log).lines.at(-1)?.startsWith("a") ? "it is" : null),
};

/** Keeps the line that came first, and nothing besides. */
const firstLine: Observer<Bytes> = {
  id: "first-line",
  initial: () => "",
  keyOf: (event) => (event.type === "return" && event.result.type === "data" ? "" : null),
  after: (before, event) =>
    before === "" && event.type === "return" && event.result.type === "data" && "at" in event.result
      ? event.result.bytes.slice(0, 1) < "b"
        ? "low"
        : "high"
      : before,
};

describe("who looks at what lines say is found out, and they are kept", () => {
  const setting = settingOf(protocol("papaya"));
  const expectKept = (one: Setting, asked: readonly Property[], who: string): void => {
    const [full, report] = [none, data].map((reductions) => searched(one, asked, reductions));
    expect(report!.refusals.contents).toBe(who);
    expect(report!.leftOut.contents).toBe(false);
    expect(verdictsOf(report!)).toEqual(verdictsOf(full!));
  };

  it("a property", () => expectKept(setting, [last], "P101"));

  it("an observer", () =>
    expectKept(setting, [{ ...last, id: "P102", observers: [firstLine], onQuiescence: () => null }], "P102"));

  /** A sender that keeps the first client's lines from everybody. */
  const censor = (machine: Protocol["machines"][string]) =>
    withEdges(machine, "readLog", {
      data: {
        target: "unlockLog",
        actions: assign(({ context, event }: { context: object; event: { bytes: Bytes } }) => ({
          ...context,
          unsent: event.bytes.startsWith("a") ? "" : event.bytes,
        })) as never,
      },
    } as never);

  it("a machine", () => {
    const { machines } = miniature(2, 1);
    const censored = { ...miniature(2, 1), machines: { ...machines, SEND: censor(machines.SEND!) } };
    const one = settingOf(censored as Protocol);
    expectKept(one, [deliveredInFull], "SEND");
    expect(searched(one, [deliveredInFull], data).verdict).toBe("violated");
  });

  it("a log that is no interleaving of what was sent: whoever dies leaves half a line", () =>
    expectKept(
      settingOf(protocol("no-lock"), { ...protocol("no-lock").bounds, messages: 1 }),
      properties.filter(({ id }) => id === "P3"),
      "a log that is no interleaving of what was sent",
    ));

  describe("and if it were not", () => {
    afterEach(() => vi.restoreAllMocks());
    it("a wrong verdict would be the price", () => {
      for (const method of ["compareRest", "compareObserved", "compareMoves"] as const)
        vi.spyOn(Blindness.prototype, method).mockImplementation(() => undefined);
      expect(searched(setting, [last], none).verdict).toBe("violated");
      expect(searched(setting, [last], data).verdict).toBe("holds");
    });
  });
});

/** What was learnt of processes with lines in the place of labels, held against what was learnt with the labels. */
class Law implements Witness {
  tried = 0;
  broken: string[] = [];

  constructor(
    private readonly search: Search,
    private readonly labels: Labels,
  ) {}

  moves(vector: Int32Array, { kind, process, reads }: Moves): void {
    const { product, blocks, setting } = this.search;
    const name = product.nameOf(process);
    const cells: Cells = { get: (cell) => blocks.valueIn(vector, cell), set: () => undefined };
    const cellsWith = letteredCells(cells);
    const values = reads.map((column) => blocks.columns.valueOf(column, blocks.numberAt(vector, column)));
    const transitionsOf = kind === "calls" ? callsOf : faultsTo;
    const told = (transitions: readonly Transition[]) =>
      transitions.map(({ events, writes }) => [events, Object.fromEntries(writes)]) as unknown as Value;
    const here = told(transitionsOf(setting, cells, name));
    const template = templateOf(here);
    const labels = labelsIn(values, new Set());
    for (const letterOf of labels.size === 0 ? [] : this.labels.assignments(labels)) {
      const there = told(transitionsOf(setting, cellsWith(letterOf), name));
      this.tried++;
      if (canonical(template?.(letterOf) ?? here) !== canonical(there)) this.broken.push(name);
    }
  }
  note(): void {}
  rest(): void {}
}

describe("the kernel moves bytes, and does not look at them: whatever the labels stand for, it does the same", () => {
  const sizes: readonly (readonly [string, Bounds])[] = [
    ["papaya", { ...defaultBounds, clients: 2, messages: 2, segments: 2 }],
    ["papaya", { ...defaultBounds, clients: 2, messages: 1, faults: { "disk-full": 1, disconnect: 1 } }],
    ["turnstile", { ...defaultBounds, clients: 2, messages: 1 }],
    ["late-join", { ...defaultBounds, clients: 2, messages: 1, stored: 1 }],
  ];
  for (const [id, bounds] of sizes)
    it(`${id} ${JSON.stringify(bounds)}`, () => {
      const setting = settingOf(protocol(id), bounds);
      const slice = guessed(setting, properties);
      const search = new Search(setting, properties, none, slice);
      const law = new Law(search, slice.labels!);
      search.product.witnesses.push(law);
      finish(search.run(60_000));
      expect(law.broken).toEqual([]);
      expect(law.tried).toBeGreaterThan(100);
    }, 60_000);
});
