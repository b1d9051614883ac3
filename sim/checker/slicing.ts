/** Guesses what need not be in a state: random ways are gone, and what nobody has looked at on them is left out. */
import type { Property, Setting } from "../../model/index.ts";
import { Labels, labelsIn } from "../engine/labels.ts";
import { kindOfCell, type Slice } from "../engine/slice.ts";
import { type Answer, partly } from "../progress.ts";
import { initialWorld } from "../world.ts";
import { Excursions } from "./excursions.ts";
import type { SearchProgress } from "./result.ts";
import { none, Space } from "./space.ts";

/** A wrong guess is noticed, and costs no more than another search; what comes up on none of them is kept. */
export const excursionsForSlicing = 24;

const nothingYet = { states: 0, transitions: 0, queue: 0, depth: 0 };

/** The slice, and who looks at what the lines of the log say; nobody where that is left out. */
export interface Guess {
  readonly slice: Slice;
  readonly contents: string;
}

/** What there is before anybody has done anything, and what machines say of their own. */
const saidFromTheStart = (setting: Setting): string => {
  const { machines, client } = setting.protocol;
  const metas = Object.entries({ ...machines, client }).map(([role, { states }]) => [
    role,
    Object.entries(states).map(([name, { meta }]) => [name, meta]),
  ]);
  return JSON.stringify([metas, ...initialWorld(setting)]);
};

export function* slicing(
  setting: Setting,
  properties: readonly Property[],
): Generator<SearchProgress, Guess, Answer> {
  const labels = new Labels(setting);
  const looking = new Set<string>();
  const isIdle = labels.areIdle || labelsIn(saidFromTheStart(setting), new Set()).size > 0;
  const first = yield* walking(setting, properties, isIdle ? null : labels, (who) => looking.add(who));
  // Whoever fails on labels has looked at them; whoever fails without them does so in the search as well.
  const isAstray = first.failure !== "" && !isIdle;
  if (isAstray) looking.add(first.failure);
  const { space } = isAstray ? yield* walking(setting, properties, null, () => undefined) : first;
  const { blocks } = space;
  const columns = Array.from({ length: blocks.columns.count }, (_, column) => column);
  const kindsOf = (some: readonly number[]) =>
    new Set(some.map((column) => kindOfCell(blocks.columns.nameOf(column))));
  const read = kindsOf([...blocks.read]);
  const varies = (column: number) =>
    blocks.columns.sizeOf(column) > (blocks.numberAt(space.start, column) === 0 ? 1 : 2);
  const unread = new Set([...kindsOf(columns.filter(varies))].filter((kind) => !read.has(kind)).sort());
  const contents = [...looking].sort().join(", ");
  const isKept = isIdle || contents !== "";
  return { slice: { labels: isKept ? null : labels, guess: null, unread }, contents };
}

/** Goes some random ways, as far as they lead. */
function* walking(
  setting: Setting,
  properties: readonly Property[],
  labels: Labels | null,
  guess: (who: string) => void,
): Generator<SearchProgress, { readonly space: Space; readonly failure: string }, Answer> {
  const space = new Space(setting, properties, none, { labels, guess, unread: new Set() });
  try {
    yield* partly(new Excursions(space).making(excursionsForSlicing), () => nothingYet);
  } catch (error) {
    return { space, failure: error instanceof Error ? error.message : String(error) };
  }
  return { space, failure: "" };
}
