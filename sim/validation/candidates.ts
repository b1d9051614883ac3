/**
 * What may come next, the likeliest first. Whoever is due first must come before everything that is called after its return;
 * so only calls that are open then can come before it, and only those matter that it depends on, directly or through others.
 *
 * The rest is about the right guess, so that going back is seldom needed:
 *
 * - who could not get its result any more after the step that is due goes first, and so does who gives it its result;
 * - so does who uses a signal up, or comes into the group, before the next signal is sent: one more can then stay pending;
 * - connections are made in the order in which they are accepted;
 * - conflicting locks are taken in the order in which flock returned: whoever got it later cannot have had it earlier, since
 *   it held the lock until after it returned.
 */
import { type LockMode, lock } from "../../model/index.ts";
import { descriptionOf } from "../kernel/descriptors.ts";
import { descriptionCell, kernelOn, processCell } from "../kernel/index.ts";
import { dependsOn, isAboutToHandle } from "./dependence.ts";
import type { CallEntry } from "./intervals.ts";
import type { Option } from "./options.ts";
import type { Position } from "./position.ts";

const entryOf = (position: Position, track: number): CallEntry | undefined => {
  const entry = position.tracks[track]?.entries[position.placeOf(track)];
  return entry?.kind === "call" ? entry : undefined;
};

interface Wanting {
  readonly mode: LockMode;
  readonly description: string;
  readonly path: string;
}

/** What a call is about to do to a lock, where its description is nobody else's. */
const wanting = (position: Position, track: number): Wanting | null => {
  const entry = entryOf(position, track);
  const process = position.tracks[track]?.process;
  if (process === undefined || entry?.request.call !== "flock" || entry.result?.type !== "ok") return null;
  const { fd, mode } = entry.request;
  const { cells, setting } = position;
  const description = cells.get(processCell(process))?.descriptors[fd];
  if (description === undefined) return null;
  const { object } = descriptionOf(kernelOn(setting, cells), process, fd);
  const isOwn = cells.get(descriptionCell(description))?.references === 1;
  return object.kind === "file" && isOwn ? { mode, description, path: object.path } : null;
};

/** Whether a lock would be taken before one that was granted earlier and that it excludes. */
const jumpsQueue = (position: Position, track: number): boolean => {
  const own = wanting(position, track);
  if (own === null || own.mode === "UN") return false;
  return position.tracks.some((_, other) => {
    const theirs = other === track ? null : wanting(position, other);
    if (theirs === null || theirs.path !== own.path || theirs.mode === "UN") return false;
    if (theirs.mode === "SH" && own.mode === "SH") return false;
    return (entryOf(position, other)?.to ?? 0) < (entryOf(position, track)?.to ?? 0);
  });
};

/** Whether two tracks can change places: readers who come and go do not see each other. */
const areReaders = (position: Position, a: number, b: number): boolean =>
  position.setting.protocol.lock === lock &&
  [a, b].every(
    (track) =>
      position.frontOf(track).options.every(({ takes }) => takes > 0) &&
      position.frontOf(track).options.length > 0 &&
      ["SH", "UN"].includes(wanting(position, track)?.mode ?? ""),
  );

/** When a connection that a client is making will be accepted; at the end of time where it never is. */
const acceptedAt = (accepts: ReadonlyMap<string, number>, option: Option): number => {
  const made = [...(option.transition?.writes.keys() ?? [])].find((cell) => cell.endsWith(".toServer"));
  const connection = /^stream\/(.*)\.toServer$/.exec(made ?? "")?.[1] ?? "";
  return accepts.get(connection) ?? Number.POSITIVE_INFINITY;
};

const callOf = (position: Position, { track, takes }: Option): string =>
  takes === 0 ? "" : (entryOf(position, track)?.request.call ?? "");

const sends: ReadonlySet<string> = new Set(["kill", "killpg"]);

/** Whether another call should come before the one that is due. */
const goesFirst = (
  position: Position,
  other: Option,
  due: Option,
  accepts: ReadonlyMap<string, number>,
): boolean => {
  const [theirs, ours] = [callOf(position, other), callOf(position, due)];
  if (theirs === "") return false;
  if (sends.has(ours))
    return theirs === "setpgid" || entryOf(position, other.track)?.result?.type === "EINTR";
  if (ours === "connect" && theirs === "connect")
    return acceptedAt(accepts, other) < acceptedAt(accepts, due);
  if (theirs === "flock") return false;
  // An entry without a result can have had any.
  if (entryOf(position, other.track)?.result === null) return false;
  return isPossibleAfter(position, due, other.track) === false;
};

const isPossibleAfter = (position: Position, first: Option, then: number): boolean | undefined => {
  if (!position.take(first)) return undefined;
  const possible = position.frontOf(then).options.some(({ takes }) => takes > 0);
  position.back();
  return possible;
};

/** Whether a process has to be cut off, or started, before a call that is open by then: more than one step of it may come. */
const isComingBack = (position: Position, horizon: number, track: number): boolean => {
  const left = position.tracks[track]?.entries.slice(position.placeOf(track)) ?? [];
  const next = left.findIndex((entry) => entry.kind === "call" && entry.result !== null);
  return next > 0 && (left[next]?.from ?? 0) <= horizon;
};

/** Calls that end before those that go on. */
const endingFirst = (options: readonly Option[]): readonly Option[] => [
  ...options.filter(({ takes }) => takes > 0),
  ...options.filter(({ takes }) => takes === 0),
];

export interface Candidates {
  readonly options: readonly Option[];
  /** Whether the model gives the call that is due its result here. */
  readonly isPossible: boolean;
}

/** The steps of others that may come before the call that is due, and that matter to it. */
const around = (position: Position, due: number, isWary = false): readonly Option[] => {
  const horizon = position.dueOf(due);
  const others = [...position.tracks.keys()].filter(
    (track) =>
      track !== due &&
      position.frontOf(track).options.some(({ from }) => from <= horizon) &&
      !jumpsQueue(position, track),
  );
  const relevant = dependsOn(position, due, others, (a, b) => areReaders(position, a, b), isWary);
  return others
    .filter(
      (track) =>
        relevant.has(track) ||
        isComingBack(position, horizon, track) ||
        (isWary && isAboutToHandle(position.frontOf(track))),
    )
    .sort((a, b) => position.dueOf(a) - position.dueOf(b))
    .flatMap((track) => position.frontOf(track).options)
    .filter(({ from }) => from <= horizon);
};

/** How many steps of others are looked ahead for one that gives the call that is due its result. */
const farthestLook = 4;

/** How many steps it takes, this one included, until the call that is due can get its result; undefined for too many. */
const stepsUntil = (position: Position, due: number, step: Option, most: number): number | undefined => {
  if (most === 0 || !position.take(step)) return undefined;
  const { options } = position.frontOf(due);
  let least = options.some(({ takes }) => takes > 0) ? 1 : undefined;
  if (least === undefined)
    for (const next of [...around(position, due), ...options]) {
      const more = stepsUntil(position, due, next, (least ?? most) - 1);
      if (more !== undefined) least = more + 1;
    }
  position.back();
  return least;
};

/** Others' steps, or those of its own after which its call goes on, that give the call that is due its result soonest. */
const leadingOn = (position: Position, due: number): readonly Option[] => {
  const steps = [...around(position, due), ...position.frontOf(due).options];
  for (let most = 1; most <= farthestLook; most++) {
    const found = steps.filter((step) => stepsUntil(position, due, step, most) !== undefined);
    if (found.length > 0) return found;
  }
  return [];
};

/** All steps that may come next, given which track is due first. */
export const candidatesAt = (
  position: Position,
  due: number,
  accepts: ReadonlyMap<string, number>,
): Candidates => {
  const others = around(position, due, true);
  const own = endingFirst(position.frontOf(due).options);
  const now = own.find(({ takes }) => takes > 0);
  if (now !== undefined) {
    const first = others.filter((other) => goesFirst(position, other, now, accepts));
    const rest = endingFirst(others.filter((other) => !first.includes(other)));
    return { options: [...first, ...own, ...rest], isPossible: true };
  }
  const first = leadingOn(position, due);
  const rest = endingFirst([...own, ...others].filter((option) => !first.includes(option)));
  return { options: [...first, ...position.allowedFor(due), ...rest], isPossible: false };
};
