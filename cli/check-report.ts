/** What `papaya check` says of a search, for people to read. */
import type { Property, Protocol } from "../model/index.ts";
import { type CheckReport, mostInFull, replay } from "../sim/index.ts";
import type { Driven } from "./drive.ts";
import { colors, count, say } from "./output.ts";
import { describeBounds, showRun, verdictTable } from "./report.ts";
import { groupUnreached } from "./unreached.ts";

const sayCounterexamples = (
  protocol: Protocol,
  { setting, properties }: CheckReport,
  checked: readonly Property[],
): void => {
  for (const { id, name, because, steps, schedule } of properties) {
    if (schedule === null) continue;
    say();
    say(colors.bold(`${id} ${name}, broken in ${steps} steps:`));
    const run = replay(
      setting,
      checked.filter((property) => property.id === id),
      schedule.steps,
    );
    say(showRun({ steps: run.steps, properties: run.properties }));
    if (run.properties[0]?.verdict !== "violated") say(colors.red(`${id} of ${protocol.id}: ${because}`));
  }
};

/** What would leave fewer states to search, and hangs on no trust. (`order` does, a little: docs/reductions.md.) */
const remedyFor = ({ reductions, setting }: CheckReport): string =>
  (reductions.symmetry && reductions.data) || setting.clients.length < 2
    ? ""
    : "; with --reduce symmetry,data there are fewer";

const conclusion = (report: CheckReport, protocol: string): string => {
  const { verdict, properties, queue } = report;
  const broken = properties.filter((property) => property.verdict === "violated").map(({ id }) => id);
  if (verdict === "violated")
    return colors.red(`violated: ${protocol} breaks ${broken.join(" ")} within these bounds`);
  if (verdict === "holds") return colors.green(`holds: nothing in these bounds breaks ${protocol}`);
  if (queue === 0)
    return colors.yellow(
      "unknown: the search is complete, but nothing in it ever comes to rest, so what must hold at rest was never judged",
    );
  return colors.yellow(
    `unknown: the search ended early, ${count(queue)} states were found and not looked into${remedyFor(report)}`,
  );
};

/** Below this many states the tables are mostly empty, and bytes a state say nothing. */
const tellingStates = 100_000;

const showSize = (states: number, bytesPerState: number): string =>
  states < tellingStates ? "" : `${Math.round(bytesPerState)} bytes a state, `;

/** What was left out, so that nobody compares these figures with those of a full search. */
const describeReductions = ({ reductions, refusals, leftOut }: CheckReport): string => {
  const { asymmetry, contents } = refusals;
  const dropped = [...(leftOut.contents ? ["what lines of the log say"] : []), ...leftOut.unread];
  const used = [
    ...(reductions.symmetry && asymmetry === "" ? ["alike clients taken for one another"] : []),
    ...(reductions.order ? ["orders left out that make no difference"] : []),
  ];
  return [
    ...(used.length > 0 ? [`reduced: ${used.join(", ")}`] : []),
    ...(dropped.length > 0 ? [`no part of a state: ${dropped.join(", ")}`] : []),
    ...(asymmetry !== "" ? [`no symmetry: ${asymmetry}`] : []),
    ...(contents !== "" ? [`what lines of the log say is kept, for ${contents}`] : []),
  ].join("\n");
};

/** The whole report, for people. */
export const sayReport = (
  protocol: Protocol,
  reference: string,
  checked: Driven<CheckReport> & { readonly interrupted: boolean },
  properties: readonly Property[],
  /** Whether it was searched in full first. */
  isEscalating: boolean,
): void => {
  const { result, seconds, interrupted } = checked;
  const { states, transitions, depth, quiescent, bytesPerState } = result;
  say(`${colors.bold(reference)}: ${describeBounds(result.setting.bounds)}`);
  if (reference === protocol.id) say(protocol.says);
  say(
    `${count(states)} states, ${count(transitions)} transitions, depth ${depth}, ${count(quiescent)} quiescent, ` +
      `${showSize(states, bytesPerState)}${seconds.toFixed(1)} s${interrupted ? ", interrupted" : ""}`,
  );
  if (result.missOdds > 0)
    say(`compact: the odds that a state was missed are ${result.missOdds.toExponential(1)}`);
  if (isEscalating && result.reductions.data)
    say(`more than ${count(mostInFull)} states in full: begun again with --reduce symmetry,data`);
  const reduced = describeReductions(result);
  if (reduced !== "") say(reduced);
  say();
  say(verdictTable(result.properties));
  sayCounterexamples(protocol, result, properties);
  say();
  if (result.unreached.length > 0) {
    say(colors.dim(`transitions never taken${result.queue > 0 ? " so far" : ""}:`));
    say(colors.dim(groupUnreached(protocol, result.unreached)));
    say();
  }
  say(conclusion(result, reference));
};
