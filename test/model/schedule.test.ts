import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  type Action,
  defaultParameters,
  fairnessNames,
  faultNames,
  parseSchedule,
  printSchedule,
  processName,
  type Request,
  type Schedule,
  ScheduleError,
  scheduleOf,
  settingFor,
  showRequest,
  showResult,
} from "../../model/index.ts";
import { papaya } from "../../model/protocols/index.ts";
import { course, faultPlan, settingFrom, workload } from "../arbitraries/index.ts";

const bytes = fc.string({ unit: fc.nat(255).map((byte) => String.fromCharCode(byte)), maxLength: 12 });
const count = fc.integer({ min: 1, max: 100_000 });
const named = fc
  .tuple(fc.constantFrom("daemon", "RECV", "client", "my-role"), fc.constantFrom("", "1", "12", "1.2", "1:2"))
  .map(([role, index]) => processName(role, index));
const fds = fc.uniqueArray(fc.constantFrom("socket", "log", "connection[1]", "connection[1.2]"));

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ call: fc.constant("write"), fd: fc.constant("log"), bytes, nonblock: fc.boolean() }),
  fc.record({ call: fc.constant("poll"), input: fds, room: fds, unblock: fc.constant([]), timeout: fds }),
  fc.record({ call: fc.constant("kill"), process: named, signal: fc.constant("SIGTERM") }),
  fc.record({ call: fc.constant("pause") }),
);
const outcome = fc.oneof(
  bytes.map((some) => showResult("read", { type: "data", bytes: some })),
  fc.constantFrom("", "ok", "1 short", "readable connection[1.2]", "failed EIO", "handles SIGUSR1 first"),
);

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("call"), process: named, call: request.map(showRequest), outcome }),
  fc.record({
    kind: fc.constant("fault"),
    process: named,
    call: fc.constantFrom(...faultNames),
    outcome: fc.constant(""),
  }),
);

const numbers = <K extends string>(keys: readonly K[]) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, count]))) as fc.Arbitrary<Record<K, number>>;

const broken = fc.oneof(
  fc.constant({ property: "", because: "" }),
  fc.record({ property: fc.constant("P6 some-property"), because: fc.string().map((text) => text.trim()) }),
);

/** What the bounds say of those who take part. */
const headsOf = (clients: readonly { readonly stranger: boolean }[]) => {
  const strangers = clients.filter(({ stranger }) => stranger).length;
  return { clients: clients.length - strangers, strangers };
};

const schedule: fc.Arbitrary<Schedule> = fc
  .record({
    protocol: fc.constantFrom("papaya", "./my-protocol.ts", "/a place with spaces/mine.ts"),
    bounds: fc
      .record({
        sizes: numbers(["clients", "messages", "strangers", "segments", "tokenSegments", "stored"]),
        pipelined: fc.boolean(),
        faults: faultPlan(),
        endlessly: fc.option(fc.record({ endless: fc.boolean(), visitors: count }), { nil: {} }),
      })
      .map(({ sizes, endlessly, ...rest }) => ({ ...sizes, ...endlessly, ...rest })),
    parameters: numbers(Object.keys(defaultParameters) as (keyof typeof defaultParameters)[]),
    clients: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom("1", "12", "7").map((nth) => processName("client", nth)),
        stranger: fc.boolean(),
        segments: fc.array(bytes),
      }),
      { selector: ({ name }) => name },
    ),
    steps: fc.array(action),
    why: broken,
    forEver: fc.oneof(
      fc.constant({}),
      fc.record({ loop: fc.array(action), fairness: fc.constantFrom(...fairnessNames) }),
      fc.record({ loop: fc.array(action) }),
      fc.record({ fairness: fc.constantFrom(...fairnessNames) }),
    ),
  })
  .map(({ why, forEver, bounds, ...rest }) => ({
    ...rest,
    bounds: rest.clients.length === 0 ? bounds : { ...bounds, ...headsOf(rest.clients) },
    ...why,
    ...forEver,
  }));

/** Lines of a schedule after its header: its steps, and the mark before those that are repeated. */
const linesAfterHeader = ({ steps, loop }: Schedule): number =>
  steps.length + (loop === undefined ? 0 : 1 + loop.length);

describe("a schedule", () => {
  const parameters = { seed: 1, numRuns: 300 };

  test.prop([schedule], parameters)("is read as it was written", (one) => {
    expect(parseSchedule(printSchedule(one))).toEqual(one);
  });

  test.prop([schedule], parameters)("is one line of text a step, without anything that hides", (one) => {
    const lines = printSchedule(one).split("\n");
    expect(lines.slice(lines.indexOf("") + 1)).toHaveLength(linesAfterHeader(one) + 1);
    expect(lines.filter((line) => !/^[\x20-\x7e]*$/.test(line))).toEqual([]);
  });

  test.prop([schedule], parameters)("may have comments, empty lines and the line ends of Windows", (one) => {
    const [title = "", ...lines] = printSchedule(one).split("\n");
    const text = [title, "# a comment", ...lines, "", "  # another one", ""].join("\r\n");
    expect(parseSchedule(text)).toEqual(one);
  });

  test.prop([workload, course()], { seed: 1, numRuns: 60 })(
    "has all of its setting in it",
    (work, { faults }) => {
      const setting = settingFrom(papaya, work, faults);
      const read = settingFor(parseSchedule(printSchedule(scheduleOf(setting, []))), papaya);
      expect({ ...read, protocol: papaya }).toEqual({ ...setting, protocol: papaya });
    },
  );
});

const good = [
  "papaya schedule 1",
  "protocol: papaya",
  "bounds: clients=1 messages=1 strangers=0 segments=1 tokenSegments=1 pipelined=false stored=0",
  "faults: crash=1",
  "parameters: readSize=64 socketBuffer=64",
  'sends: client[1] "kk" "a1\\n"',
  "",
  "anchor sigaction(SIGUSR1, ignore) = ok",
];

/** The answer to a schedule one of whose lines is another one. */
const answerTo = (line: number, text: string | null): unknown => {
  try {
    parseSchedule(good.toSpliced(line - 1, 1, ...(text === null ? [] : [text])).join("\n"));
    return "none";
  } catch (error) {
    return error;
  }
};

describe("a schedule file with a mistake in it is answered with the line and what belongs there", () => {
  const step = /a step reads “PROCESS CALL\(…\) = OUTCOME” or “fault FAULT PROCESS”/;
  const header = /the header has “key: value” lines and ends with an empty line/;
  it.each<[string, number, string | null, RegExp]>([
    ["a fairness that there is not", 4, "fairness: always", /there are none, weak, strong-lock/],
    ["a bound that is neither true nor false", 3, "bounds: endless=maybe", /“endless” is true or false/],
    ["a loop within a loop", 7, "\nloop:\nloop:", /a schedule has one loop, which ends it/],
    ["no schedule at all", 1, "hello", /begins with “papaya schedule 1”/],
    ["a later version", 1, "papaya schedule 2", /begins with “papaya schedule 1”/],
    ["a header line without a key", 2, "papaya", header],
    ["a header that does not end", 7, "daemon pause() = EINTR", header],
    ["a bound without a value", 3, "bounds: clients", /“clients” is no key=value/],
    ["a bound that is no number", 3, "bounds: clients=two", /“clients” takes a number, not “two”/],
    ["a bound below nothing", 3, "bounds: clients=-1", /“clients” takes a number, not “-1”/],
    ["reads of no bytes", 5, "parameters: readSize=0", /“readSize” takes a number from 1 on, not 0/],
    ["a line in no segments", 3, "bounds: segments=0", /“segments” takes a number from 1 on, not 0/],
    [
      "more clients than anybody sends for",
      3,
      "bounds: clients=2",
      /say clients=2, the lines “sends: …” clients=1/,
    ],
    [
      "a stranger of whom nothing is said",
      3,
      "bounds: strangers=1",
      /say strangers=1, the lines “stranger: …” strangers=0/,
    ],
    ["a header that is cut in two", 7, "\nproperty: P2 x", /belongs to the header, which has ended with/],
    ["a fault that is not counted", 4, "faults: crash=often", /“crash” takes a number, not “often”/],
    ["a parameter without a value", 5, "parameters: readSize", /“readSize” is no key=value/],
    [
      "bytes that are not quoted",
      6,
      "sends: client[1] kk",
      /what client\[1\] sends is written as JSON strings/,
    ],
    ["bytes whose quotes are not closed", 6, 'stranger: client[1] "kk', /written as JSON strings/],
    ["a key that no header has", 4, "fualts: crash=1", /no header has “fualts”; there are protocol, /],
    ["a bound that does not exist", 3, "bounds: cleints=1", /no “cleints” here; there are clients, /],
    [
      "a fault that is budgeted and does not exist",
      4,
      "faults: crahs=1",
      /no “crahs” here; there are crash, /,
    ],
    [
      "a parameter that does not exist",
      5,
      "parameters: raedSize=1",
      /no “raedSize” here; there are readSize, /,
    ],
    ["a switch that is neither on nor off", 3, "bounds: pipelined=perhaps", /“pipelined” is true or false/],
    ["a number where bytes belong", 6, "sends: client[1] 12", /client\[1\] sends is written as JSON strings/],
    ["a client without a name", 6, 'sends: "kk"', /names a client first, as client\[1\]/],
    ["a step without an outcome", 8, "daemon listen(listener)", step],
    ["a step without a call", 8, "daemon = ok", step],
    ["a step without a process", 8, "pause()", step],
    ["a step whose bytes are not closed", 8, 'RECV[1] write(log, "a1) = 3', step],
    ["a fault without a victim", 8, "fault crash", step],
    ["a fault that does not exist", 8, "fault explode daemon", /no fault “explode”; there are crash, stop/],
  ])("%s", (_, line, text, remedy) => {
    const answer = answerTo(line, text);
    expect(answer).toBeInstanceOf(ScheduleError);
    const last = line + (text?.split("\n").length ?? 1) - 1;
    expect(String(answer)).toMatch(`Error: line ${last}: `);
    expect(String(answer)).toMatch(remedy);
  });

  it("a client that sends twice", () =>
    expect(String(answerTo(7, `${good[5]}\n`))).toMatch(/line 3: what client\[1\] sends is said twice/));

  it("no protocol", () =>
    expect(String(answerTo(2, null))).toMatch(/line 1: the header does not say which protocol/));

  it("and without a mistake it is read", () => expect(answerTo(8, good[7] ?? "")).toBe("none"));
});
