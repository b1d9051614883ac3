/**
 * The protocols that come with the house. Each variant is `papaya` with one change, in a file of its own that says what it
 * changes and which properties must break within its bounds.
 */
import type { Protocol } from "../protocol.ts";
import { groupDiesWithDaemon } from "./group-dies-with-daemon.ts";
import { historyUnderLock } from "./history-under-lock.ts";
import { inheritedDescription } from "./inherited-description.ts";
import { lateJoin } from "./late-join.ts";
import { leakedListener } from "./leaked-listener.ts";
import { noAppendFlag } from "./no-append-flag.ts";
import { noLock } from "./no-lock.ts";
import { noReap } from "./no-reap.ts";
import { noRepair } from "./no-repair.ts";
import { noRestart } from "./no-restart.ts";
import { noRestartMasked } from "./no-restart-masked.ts";
import { noSharedLock } from "./no-shared-lock.ts";
import { oneReadPerSignal } from "./one-read-per-signal.ts";
import { oneReadToken } from "./one-read-token.ts";
import { papaya } from "./papaya.ts";
import { partialWriteFatal } from "./partial-write-fatal.ts";
import { pause } from "./pause.ts";
import { pread } from "./pread.ts";
import { published } from "./published/index.ts";
import { rawAppend } from "./raw-append.ts";
import { readersExclude } from "./readers-exclude.ts";
import { signalAfterAppend } from "./signal-after-append.ts";
import { signalBeforeAppend } from "./signal-before-append.ts";
import { sysvSignal } from "./sysv-signal.ts";
import { turnstile } from "./turnstile.ts";

/** All of them, in the order in which reports list them. */
export const protocols: readonly Protocol[] = [
  published,
  papaya,
  inheritedDescription,
  noLock,
  noSharedLock,
  readersExclude,
  pause,
  oneReadPerSignal,
  noRestart,
  noRestartMasked,
  sysvSignal,
  rawAppend,
  partialWriteFatal,
  oneReadToken,
  historyUnderLock,
  noRepair,
  groupDiesWithDaemon,
  lateJoin,
  leakedListener,
  noReap,
  signalBeforeAppend,
  signalAfterAppend,
  noAppendFlag,
  pread,
  turnstile,
];

export { papaya, published };
