import { describe, expect, it } from "vitest";
import {
  type Bytes,
  type ConnectionName,
  defaultBounds,
  type HistoryEvent,
  indexOf,
  Judge,
  type PropertyId,
  type Protocol,
  roleOf,
  type Setting,
  settingOf,
  type TraceEvent,
} from "../../model/index.ts";
import { papaya, protocols } from "../../model/protocols/index.ts";
import { HistoryJudge } from "../../properties/history/index.ts";
import { properties } from "../../properties/index.ts";
import { RandomScheduler } from "../../sim/index.ts";
import { Simulation } from "../../sim/simulation.ts";

/** What can be seen from outside of a trace in which no fault strikes. */
const historyOf = (trace: readonly TraceEvent[], setting: Setting): HistoryEvent[] => {
  const times = new Map<string, number>();
  const tokens = new Map<ConnectionName, number>();
  const open = new Map<string, ConnectionName>();
  return trace.flatMap((event): HistoryEvent[] => {
    if (event.type === "quiescent") {
      const processes = event.processes
        .filter(({ name }) => roleOf(name) !== "client")
        .map(({ name, status }, pid) => {
          const [number = ""] = indexOf(name).split(/[.:]/);
          const connection = open.get(`client[${number}]`) ?? "";
          const state = status === "blocked" ? ("asleep" as const) : status;
          return { pid, role: roleOf(name), connection, status: state, descriptors: 0 };
        });
      return [{ type: "rest", reached: true, log: event.log, processes }];
    }
    if (!("request" in event) || roleOf(event.process) !== "client") return [];
    const connection = open.get(event.process) ?? "";
    if (event.type === "call" && event.request.call === "connect") {
      const nth = (times.get(event.process) ?? 0) + 1;
      times.set(event.process, nth);
      const name = `${event.process}.${nth}`;
      open.set(event.process, name);
      const stranger = setting.clients.some((client) => client.name === event.process && client.stranger);
      return [{ type: "connect", connection: name, stranger }];
    }
    if (event.type !== "return") return [];
    const { request, result } = event;
    if (request.call === "write" && (result.type === "ok" || result.type === "short")) {
      const shown = tokens.get(connection) ?? 0;
      const bytes = request.bytes.slice(0, result.value);
      const ofToken = Math.min(bytes.length, setting.parameters.tokenLength - shown);
      tokens.set(connection, shown + ofToken);
      return [{ type: "sent", connection, bytes: bytes.slice(ofToken) }];
    }
    if (result.type === "data") return [{ type: "received", connection, bytes: result.bytes }];
    if (result.type !== "eof" && result.type !== "ECONNRESET") return [];
    open.delete(event.process);
    return [{ type: "closed", connection, by: "server" }];
  });
};

/** What both judges speak of, whatever the trace calls it: what is sent, stored and delivered. */
const ofDelivery: readonly PropertyId[] = ["P1", "P2", "P5", "P6", "P7", "P8", "P9", "P13"];
const delivery = properties.filter(({ id }) => ofDelivery.includes(id));

/** Protocols whose clients are sent the whole log: of the others a history does not know where they begin. */
const comparable = protocols.filter(({ parameters }) => parameters.historyLines > 100);

interface Opinions {
  readonly monitors: readonly string[];
  readonly history: readonly string[];
}

/** One run, what happened in it, and the verdicts of the monitors. */
const traceOf = (setting: Setting, seed: string) => {
  const simulation = new Simulation(setting, delivery);
  const scheduler = new RandomScheduler(setting, seed);
  const monitors = new Judge(delivery, setting);
  const trace: TraceEvent[] = [];
  const hear = (events: readonly TraceEvent[], told: Simulation["told"]) => {
    trace.push(...events);
    monitors.learn(events.length, told);
  };
  for (let steps = 0; steps < 3_000; steps++) {
    const edge = scheduler.next(simulation);
    if (edge === null) {
      hear([simulation.quiescentEvent()], simulation.quiescence());
      return { trace, verdicts: monitors.verdicts(true) };
    }
    hear(simulation.take(edge), simulation.told);
  }
  return { trace, verdicts: monitors.verdicts(false) };
};

const judgeBoth = (protocol: Protocol, seed: string): Opinions => {
  const bounds = { ...defaultBounds, clients: 3, messages: 2, strangers: 1, segments: 2 };
  const setting = settingOf(protocol, bounds);
  const { trace, verdicts } = traceOf(setting, seed);
  const judge = new HistoryJudge(setting.parameters.lineLimit);
  for (const event of historyOf(trace, setting)) judge.hear(event);
  const broken = (some: readonly { id: PropertyId; verdict: string; because: string }[]) =>
    some.flatMap(({ id, verdict, because }) => (verdict === "violated" ? [`${id}: ${because}`] : []));
  return { monitors: broken(verdicts), history: broken(judge.verdicts(delivery)) };
};

/** A half line that a reader in the server has seen, and that its client was not sent: nobody outside can tell. */
const isInside = (opinion: string): boolean => opinion.startsWith("P2: SEND");

const seeds = Array.from({ length: 5 }, (_, at) => String(at));

const broken = new Set<string>();

describe("the judge of histories and the monitors over traces", () => {
  it.each(comparable.map((protocol) => [protocol.id, protocol] as const))("agree on %s", (_, protocol) => {
    for (const seed of seeds) {
      const { monitors, history } = judgeBoth(protocol, seed);
      if (history.length > 0) broken.add(protocol.id);
      const visible = monitors.filter((opinion) => !isInside(opinion));
      expect(history.length > 0, [seed, ...monitors, "history:", ...history].join("\n")).toBe(
        visible.length > 0,
      );
    }
  });

  it("have something to agree on: some runs break something, others nothing", () => {
    expect(broken.size).toBeGreaterThan(5);
    expect(broken).not.toContain(papaya.id);
  });
});

describe("a history", () => {
  const judgeOf = (...events: readonly HistoryEvent[]): HistoryJudge => {
    const judge = new HistoryJudge(100);
    for (const event of events) judge.hear(event);
    return judge;
  };
  const connection = "client[1].1";
  const connect = { type: "connect", connection, stranger: false } as const;
  const sent = { type: "sent", connection, bytes: "a\nb\nc\n" } as const;
  const received = (bytes: Bytes): HistoryEvent => ({ type: "received", connection, bytes });
  const cluster = ["RECV", "SEND"].map((role, pid) => ({
    ...{ pid, role, connection, status: "asleep" as const, descriptors: 4 },
  }));
  const rest = { type: "rest", reached: true, log: "a\nb\nc\n", processes: cluster } as const;
  const broken = (...events: readonly HistoryEvent[]): PropertyId[] =>
    judgeOf(...events)
      .verdicts(properties)
      .flatMap(({ id, verdict }) => (verdict === "violated" ? [id] : []));

  it("in which all comes once and in order breaks nothing", () =>
    expect(broken(connect, sent, received("a\nb"), received("\nc\n"), rest)).toEqual([]));

  it.each<[string, PropertyId[], HistoryEvent[]]>([
    ["a line is missing at rest", ["P6"], [connect, sent, received("a\nc\n"), rest]],
    ["a line comes twice", ["P7"], [connect, sent, received("a\nb\na\nc\n"), rest]],
    ["half a line comes", ["P2", "P6"], [connect, sent, received("a\nb\nc"), rest]],
    ["a line comes that nobody sent", ["P2"], [connect, sent, received("a\nbb\nb\nc\n"), rest]],
    ["a line is not stored", ["P1"], [connect, sent, received("a\nb\n"), { ...rest, log: "a\nb\n" }]],
    [
      "a line was stored twice",
      ["P1"],
      [connect, sent, received("a\nb\nc\n"), { ...rest, log: "a\nb\nc\na\n" }],
    ],
    [
      "a line is gone that was delivered",
      ["P5"],
      [connect, sent, received("a\nb\nc\n"), { ...rest, log: "a\nb\n" }],
    ],
    ["the log changes", ["P5"], [connect, sent, received("a\nb\nc\n"), rest, { ...rest, log: "a\nx\nc\n" }]],
    ["the log has another order than a client", ["P8"], [connect, sent, received("b\na\nc\n"), rest]],
    [
      "somebody is cut off",
      ["P11"],
      [
        connect,
        sent,
        received("a\nb\nc\n"),
        { type: "closed", connection, by: "server" },
        { ...rest, processes: [] },
      ],
    ],
    [
      "half a cluster is left",
      ["P11"],
      [connect, sent, received("a\nb\nc\n"), { ...rest, processes: cluster.slice(1) }],
    ],
    [
      "a stranger is sent something",
      ["P13"],
      [{ ...connect, stranger: true }, received("a\n"), { ...rest, log: "", processes: [] }],
    ],
    [
      "a descriptor stays open",
      ["P12"],
      [
        connect,
        sent,
        received("a\nb\nc\n"),
        rest,
        { ...rest, processes: cluster.map((one) => ({ ...one, descriptors: 5 })) },
      ],
    ],
    [
      "nobody reaps",
      ["P16"],
      [
        connect,
        sent,
        received("a\nb\nc\n"),
        {
          ...rest,
          processes: [...cluster, { pid: 9, role: "SEND", connection: "", status: "zombie", descriptors: 0 }],
        },
      ],
    ],
    ["it never rests", ["P14"], [connect, sent, received("a\nb\nc\n"), { ...rest, reached: false }]],
  ])("in which %s breaks %s", (_, ids, events) => expect(broken(...events)).toEqual(ids));

  it("in which half of a cluster outlives the other, which was struck, breaks P11", () => {
    const struck = { type: "struck", whom: connection } as const;
    const half = { ...rest, processes: cluster.slice(0, 1) };
    expect(broken(connect, sent, received("a\nb\nc\n"), struck, half)).toEqual(["P11"]);
  });

  it("excuses a client that was told, and one whose cluster was struck", () => {
    const told = received("* not stored: the disk is full, send it again later\n");
    expect(broken(connect, sent, told, received("a\nb\n"), { ...rest, log: "a\nb\n" })).toEqual([]);
    const struck = { type: "struck", whom: connection } as const;
    const closed = { type: "closed", connection, by: "server" } as const;
    expect(broken(connect, sent, received("a\n"), struck, closed, { ...rest, processes: [] })).toEqual([]);
  });

  it("excuses whoever is let in after the anchor was struck, until another one stands", () => {
    const struck = { type: "struck", whom: "anchor" } as const;
    const closed = { type: "closed", connection, by: "server" } as const;
    const ended = { ...rest, log: "", processes: [] };
    expect(broken(struck, connect, closed, ended)).toEqual([]);
    expect(broken(struck, { type: "renewed" }, connect, closed, ended)).toEqual(["P11"]);
  });
});
