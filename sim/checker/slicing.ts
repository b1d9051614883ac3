/** Guesses what need not be in a state: random ways are gone, and what nobody has looked at on them is left out. */
import type { Property, Setting } from "../../model/index.ts";
import { Labels } from "../engine/labels.ts";
import { kindOfCell, type Slice } from "../engine/slice.ts";
import { type Answer, partly } from "../progress.ts";
import { makingExcursions } from "./excursions.ts";
import type { SearchProgress } from "./result.ts";
import { none, Space } from "./space.ts";

/** A wrong guess is noticed, and costs no more than another search. */
const fewExcursions = 24;

const nothingYet = { states: 0, transitions: 0, queue: 0, depth: 0 };

/** The slice, and who looks at what the lines of the log say; nobody where that is left out. */
export interface Guess {
  readonly slice: Slice;
  readonly contents: string;
}

export function* slicing(
  setting: Setting,
  properties: readonly Property[],
): Generator<SearchProgress, Guess, Answer> {
  const labels = new Labels(setting);
  const looking = new Set<string>();
  const space = new Space(setting, properties, none, {
    labels: labels.areIdle ? null : labels,
    guess: (who) => looking.add(who),
    unread: new Set(),
  });
  yield* partly(makingExcursions(space, fewExcursions), () => nothingYet);
  const { blocks } = space;
  const columns = Array.from({ length: blocks.columns.count }, (_, column) => column);
  const kindsOf = (some: readonly number[]) =>
    new Set(some.map((column) => kindOfCell(blocks.columns.nameOf(column))));
  const read = kindsOf([...blocks.read]);
  const varies = (column: number) =>
    blocks.columns.sizeOf(column) > (blocks.numberAt(space.start, column) === 0 ? 1 : 2);
  const unread = new Set([...kindsOf(columns.filter(varies))].filter((kind) => !read.has(kind)).sort());
  const contents = [...looking].sort().join(", ");
  const isKept = labels.areIdle || contents !== "";
  return { slice: { labels: isKept ? null : labels, guess: null, unread }, contents };
}
