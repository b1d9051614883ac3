/**
 * What may come next, the likeliest first. Whoever is due first must come before everything that is called after its return;
 * so only calls that are open then can come before it, and only those matter that it depends on, directly or through others.
 *
 * The rest is about the right guess, so that going back is seldom needed:
 *
 * - who could not get its result any more after the step that is due goes first;
 * - so does who uses a signal up, or comes into the group, before the next signal is sent: one more can then stay pending;
 * - connections are made in the order in which they are accepted;
 * - conflicting locks are taken in the order in which flock returned: whoever got it later cannot have had it earlier, since
 *   it held the lock until after it returned.
 */
import type { RequestFor } from "../../model/index.ts";
import { descriptionOf } from "../kernel/descriptors.ts";
import { descriptionCell, kernelOn, processCell } from "../kernel/index.ts";
import type { CallEntry } from "./intervals.ts";
import type { Option } from "./options.ts";
import type { Front, Position } from "./position.ts";

const meet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => {
  for (const one of a) if (b.has(one)) return true;
  return false;
};

const conflict = (a: Front, b: Front): boolean =>
  meet(a.writes, b.reads) || meet(a.reads, b.writes) || meet(a.writes, b.writes);

const entryOf = (position: Position, track: number): CallEntry | undefined => {
  const entry = position.tracks[track]?.entries[position.placeOf(track)];
  return entry?.kind === "call" ? entry : undefined;
};

interface Wanting {
  readonly mode: "SH" | "EX";
  readonly description: string;
  readonly path: string;
}

/** The lock that a call is about to get, where its description is nobody else's. */
const wanting = (position: Position, track: number): Wanting | null => {
  const entry = entryOf(position, track);
  const process = position.tracks[track]?.process;
  if (process === undefined || entry?.request.call !== "flock" || entry.result?.type !== "ok") return null;
  const { fd, mode } = entry.request as RequestFor<"flock">;
  const { cells, setting } = position;
  const description = cells.get(processCell(process))?.descriptors[fd];
  if (mode === "UN" || description === undefined) return null;
  const { object } = descriptionOf(kernelOn(setting, cells), process, fd);
  const isOwn = cells.get(descriptionCell(description))?.references === 1;
  return object.kind === "file" && isOwn ? { mode, description, path: object.path } : null;
};

/** Whether a lock would be taken before one that was granted earlier and that it excludes. */
const jumpsQueue = (position: Position, track: number): boolean => {
  const own = wanting(position, track);
  if (own === null) return false;
  return position.tracks.some((_, other) => {
    const theirs = other === track ? null : wanting(position, other);
    if (theirs === null || theirs.path !== own.path) return false;
    if (theirs.mode === "SH" && own.mode === "SH") return false;
    return (entryOf(position, other)?.to ?? 0) < (entryOf(position, track)?.to ?? 0);
  });
};

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
  return !isPossibleAfter(position, due, other);
};

const isPossibleAfter = (position: Position, first: Option, then: Option): boolean => {
  if (!position.take(first)) return true;
  const possible = position.frontOf(then.track).options.some(({ takes }) => takes > 0);
  position.back();
  return possible;
};

/** Fronts that a front depends on, directly or through others of them. */
const dependsOn = (front: Front, others: ReadonlyMap<number, Front>): Set<number> => {
  const found = new Set<number>();
  for (let news = [front]; news.length > 0; ) {
    const added = [...others].filter(
      ([track, other]) => !found.has(track) && news.some((one) => conflict(one, other)),
    );
    for (const [track] of added) found.add(track);
    news = added.map(([, other]) => other);
  }
  return found;
};

/** Whether a process has to be cut off, or started, before a call that is open by then: more than one step of it may come. */
const isComingBack =
  (position: Position, horizon: number) =>
  (track: number): boolean => {
    const left = position.tracks[track]?.entries.slice(position.placeOf(track)) ?? [];
    const next = left.findIndex((entry) => entry.kind === "call" && entry.result !== null);
    return next > 0 && (left[next]?.from ?? 0) <= horizon;
  };

export interface Candidates {
  readonly options: readonly Option[];
  /** Whether the model gives the call that is due its result here. */
  readonly isPossible: boolean;
}

/** All steps that may come next, given which track is due first. */
export const candidatesAt = (
  position: Position,
  due: number,
  accepts: ReadonlyMap<string, number>,
): Candidates => {
  const horizon = position.dueOf(due);
  const front = position.frontOf(due);
  const others = new Map<number, Front>();
  for (let track = 0; track < position.tracks.length; track++) {
    if (track === due) continue;
    const other = position.frontOf(track);
    if (other.options.some(({ from }) => from <= horizon) && !jumpsQueue(position, track))
      others.set(track, other);
  }
  const relevant = new Set([
    ...dependsOn(front, others),
    ...[...others.keys()].filter(isComingBack(position, horizon)),
  ]);
  const around = [...relevant]
    .sort((a, b) => position.dueOf(a) - position.dueOf(b))
    .flatMap((track) => others.get(track)?.options ?? [])
    .filter(({ from }) => from <= horizon);
  const own = front.options;
  const [now] = own.filter(({ takes }) => takes > 0);
  const before = now === undefined ? [] : around.filter((other) => goesFirst(position, other, now, accepts));
  const after = around.filter((other) => !before.includes(other));
  const late = (options: readonly Option[]) => [
    ...options.filter(({ takes }) => takes > 0),
    ...options.filter(({ takes }) => takes === 0),
  ];
  return {
    options: [...before, ...late(own), ...late(after), ...position.allowedFor(due)],
    isPossible: now !== undefined,
  };
};
