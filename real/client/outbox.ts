/**
 * One's own lines: which have come back from the log, and which have not.
 *
 * A server acknowledges nothing. That a line is in the log shows only when it comes back; that it is not, when a later
 * line of the same connection comes back before it, since the log keeps each sender's order. When the connection is cut,
 * nobody can tell; such a line is never sent again by itself, or it might stand there twice.
 */
import type { Bytes } from "../../model/index.ts";

export interface Outbox {
  /** Not sent yet: there is no connection. */
  readonly unsent: readonly Bytes[];
  /** Sent on this connection, and not come back. */
  readonly waiting: readonly Bytes[];
  /** Sent on a connection that was cut before they came back. */
  readonly doubtful: readonly Bytes[];
  /** Refusals that this connection has been told of, and that are not known to concern any line that was overtaken. */
  readonly refusals: number;
}

export const emptyOutbox: Outbox = { unsent: [], waiting: [], doubtful: [], refusals: 0 };

/** A line that is to be sent as soon as that is possible. */
export const addLine = (outbox: Outbox, line: Bytes): Outbox => ({
  ...outbox,
  unsent: [...outbox.unsent, line],
});

/** Everything that was to be sent has been sent. */
export const sendAll = (outbox: Outbox): Outbox => ({
  ...outbox,
  unsent: [],
  waiting: [...outbox.waiting, ...outbox.unsent],
});

const without = (lines: readonly Bytes[], at: number): readonly Bytes[] => lines.toSpliced(at, 1);

export interface Returned {
  readonly outbox: Outbox;
  /** Whether the line was one's own. */
  readonly own: boolean;
  /** Own lines that will not come any more: they were not stored. */
  readonly overtaken: readonly Bytes[];
}

/** A line has come from the log. */
export const takeReturn = (outbox: Outbox, line: Bytes): Returned => {
  const { waiting, doubtful, refusals } = outbox;
  // What was sent earlier comes back earlier.
  const late = doubtful.indexOf(line);
  if (late >= 0)
    return { outbox: { ...outbox, doubtful: without(doubtful, late) }, own: true, overtaken: [] };
  const at = waiting.indexOf(line);
  if (at < 0) return { outbox, own: false, overtaken: [] };
  const left = { waiting: waiting.slice(at + 1), refusals: Math.max(0, refusals - at) };
  return { outbox: { ...outbox, ...left }, own: true, overtaken: waiting.slice(0, at) };
};

/** The server has said that it did not store something. */
export const takeRefusal = (outbox: Outbox): Outbox => ({ ...outbox, refusals: outbox.refusals + 1 });

export interface CutOff {
  readonly outbox: Outbox;
  /** Own lines that were not stored. */
  readonly refused: readonly Bytes[];
  /** Own lines of which nobody can tell any more whether they were. */
  readonly doubtful: readonly Bytes[];
}

/** The connection is gone. */
export const cutOff = (outbox: Outbox): CutOff => {
  const { waiting } = outbox;
  const [refused, doubtful] = waiting.length <= outbox.refusals ? [waiting, []] : [[], waiting];
  const left = { waiting: [], doubtful: [...outbox.doubtful, ...doubtful], refusals: 0 };
  return { outbox: { ...outbox, ...left }, refused, doubtful };
};

/** Whether there is nothing left to wait for: every line has come back, or is one of those that were refused. */
export const isSettled = ({ unsent, waiting, refusals }: Outbox): boolean =>
  unsent.length === 0 && waiting.length <= refusals;
