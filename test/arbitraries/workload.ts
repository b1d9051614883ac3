/** Workloads: who comes with which token, what it sends, and how that is cut into segments. */
import fc from "fast-check";
import {
  type Budget,
  type Bytes,
  type ClientPlan,
  defaultBounds,
  noticePrefix,
  type Parameters,
  type Protocol,
  processName,
  type Setting,
  settingOf,
  splitLines,
} from "../../model/index.ts";

export interface Workload {
  /** The sizes that decide where its bytes are cut. */
  readonly sizes: Sizes;
  /** Lines that are in the log before anybody comes. */
  readonly stored: number;
  readonly clients: readonly ClientPlan[];
}

/** A workload and a fault plan are what a setting leaves open. */
export const settingFrom = (protocol: Protocol, { sizes, stored, clients }: Workload, faults: Budget) => {
  const strangers = clients.filter(({ stranger }) => stranger).length;
  const bounds = {
    ...defaultBounds,
    ...{ clients: clients.length - strangers, strangers, stored, faults },
    messages: Math.max(0, ...clients.map(({ lines }) => lines.length)),
    segments: Math.max(1, ...clients.map(({ segments }) => segments.length)),
    pipelined: clients.some(({ token, segments: [first = ""] }) => first.length > token.length),
  };
  const parameters = { ...protocol.parameters, ...sizes };
  const setting: Setting = { ...settingOf({ ...protocol, parameters }, bounds), clients };
  return setting;
};

const toBytes = (text: string): Bytes => Buffer.from(text, "utf8").toString("latin1");

/** What stands in a line behind its mark. No digits: a mark must stand in its own line and in no other one. */
const words = fc
  .oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.string({ maxLength: 6 }) },
    { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 3 }) },
  )
  .map((text) => text.replaceAll(/[0-9]/g, "-"));

/** A line without its `\n`, given the mark that makes it the only one of its kind, and the limit. */
type Wording = (mark: string, limit: number) => Bytes;

const saying =
  (text: string): Wording =>
  (mark) =>
    toBytes(`${mark}${text}`);
/** As long as the limit allows with its `\n`, or so many bytes longer. */
const filling =
  (over: number): Wording =>
  (mark, limit) =>
    mark.padEnd(limit - 1 + over, "l");
const widened =
  (wording: Wording, by: number): Wording =>
  (mark, limit) =>
    `${wording(mark, limit - by)}${"w".repeat(by)}`;
/** A control byte, bytes that are no UTF-8, the prefix that is the server's own. */
const refused = fc.constantFrom<Wording>(
  (mark) => `${mark}\t`,
  (mark) => `${mark}\xff`,
  (mark) => `${noticePrefix}${mark}`,
);

const wording: fc.Arbitrary<Wording> = fc.oneof(
  { withCrossShrink: true },
  { weight: 8, arbitrary: words.map(saying) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1).map(filling) },
  { weight: 1, arbitrary: refused },
);

/** What a client shows before its lines, given the right token: a stranger's is wrong, too short, or missing. */
type Showing = (token: string) => string;
const rightToken = fc.constant<Showing>((token) => token);
const wrongToken = fc.constantFrom<Showing>(
  (token) => `${token.slice(1)}x`,
  (token) => `x${token.slice(1)}`,
  (token) => token.slice(1),
  () => "",
);

interface Visit {
  readonly showing: Showing;
  readonly wordings: readonly Wording[];
  /** Whether it stops in the middle of a further line. */
  readonly breaksOff: boolean;
  /** Where its bytes are cut into segments, as shares of the whole; without a cut, token and lines come in one. */
  readonly cuts: readonly number[];
}

const visit = (showing: fc.Arbitrary<Showing>, lines: fc.Arbitrary<Wording[]>): fc.Arbitrary<Visit> =>
  fc.record({
    showing,
    wordings: lines,
    breaksOff: fc.nat(5).map((one) => one === 5),
    cuts: fc.array(fc.nat(999), { maxLength: 5 }),
  });

const cutAt = (bytes: Bytes, shares: readonly number[]): Bytes[] => {
  const places = shares.map((share) => Math.floor((share * bytes.length) / 1000));
  const ends = [...new Set([...places, bytes.length])].filter((end) => end > 0).sort((a, b) => a - b);
  return ends.map((end, at) => bytes.slice(ends[at - 1] ?? 0, end));
};

const planOf = ({ showing, wordings, breaksOff, cuts }: Visit, at: number, sizes: Sizes): ClientPlan => {
  const right = "k".repeat(sizes.tokenLength);
  const letter = String.fromCharCode("a".charCodeAt(0) + at);
  const shown = showing(right);
  const lines = wordings.map((wording, nth) => `${wording(`${letter}${nth + 1}`, sizes.lineLimit)}\n`);
  // Whoever shows too little stays silent: his first line would be taken for the rest of the token, and lose its mark.
  const said = shown.length < right.length ? "" : lines.join("") + (breaksOff ? `${letter}-` : "");
  const stream = shown + said;
  const token = stream.slice(0, sizes.tokenLength);
  return {
    name: processName("client", String(at + 1)),
    stranger: token !== right,
    token,
    lines: splitLines(stream.slice(sizes.tokenLength)).lines,
    segments: cutAt(stream, cuts),
  };
};

type Sizes = Pick<Parameters, "readSize" | "socketBuffer" | "lineLimit" | "tokenLength">;

/** So small that a short line is already cut by reads and buffers. */
const tiny = fc.record({
  readSize: fc.constantFrom(64, 16, 5),
  socketBuffer: fc.constantFrom(64, 16, 7),
  lineLimit: fc.constant(16),
  tokenLength: fc.constant(2),
});
/** As on the wire, with a buffer that a burst overflows. */
const real = fc.constant({ readSize: 4096, socketBuffer: 4096, lineLimit: 4096, tokenLength: 128 });

const workloadOf = (sizes: fc.Arbitrary<Sizes>, regulars: fc.Arbitrary<Visit[]>): fc.Arbitrary<Workload> =>
  fc
    .record({
      sizes,
      stored: fc.nat(2),
      regulars,
      strangers: fc.array(visit(wrongToken, fc.array(wording, { maxLength: 1 })), { maxLength: 2 }),
    })
    .map(({ sizes: chosen, stored, regulars: first, strangers }) => ({
      sizes: chosen,
      stored,
      clients: [...first, ...strangers].map((one, at) => planOf(one, at, chosen)),
    }));

const chat = workloadOf(
  tiny,
  fc.array(visit(rightToken, fc.array(wording, { maxLength: 3 })), { minLength: 1, maxLength: 4 }),
);

/** Somebody pastes what may be more than one read takes; somebody else is there, too. */
const pasted = fc.tuple(wording, fc.nat(240)).map(([one, by]) => widened(one, by));
const burst = workloadOf(
  real,
  fc.tuple(
    visit(rightToken, fc.array(pasted, { maxLength: 50, size: "max" })),
    visit(rightToken, fc.array(wording, { maxLength: 2 })),
  ),
);

export const workload: fc.Arbitrary<Workload> = fc.oneof(
  { withCrossShrink: true },
  { weight: 8, arbitrary: chat },
  { weight: 1, arbitrary: burst },
);
