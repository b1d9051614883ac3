/**
 * The properties, one theme a file. They see traces, and nothing else.
 *
 * - `observers` `lines` `served`   what they remember of the past; which lines there may be; whom the server owes something
 * - `log`         P1 no-lost-message, P2 no-torn-message, P5 append-only
 * - `exclusion`   P3 mutual-exclusion, P4 readers-share
 * - `delivery`    P6 every-message-delivered, P7 no-duplicate, P8 same-order, P9 late-joiner-catches-up
 * - `independence`   P10 no-death-by-signal, P11 clusters-independent
 * - `resources`   P12 no-descriptor-leak, P14 no-deadlock, P16 no-zombie
 * - `access`      P13 no-unauthenticated-effect
 * - `progress`    P15 writer-progress, P17 comes-to-rest: of runs that never end
 * - `history/`     those that can be seen from outside, judged over millions of deliveries
 */
import { byName, type ProgressProperty, type Property } from "../model/index.ts";
import { noUnauthenticatedEffect } from "./access.ts";
import { everyMessageDelivered, lateJoinerCatchesUp, noDuplicate, sameOrder } from "./delivery.ts";
import { mutualExclusion, readersShare } from "./exclusion.ts";
import { clustersIndependent, noDeathBySignal } from "./independence.ts";
import { appendOnly, noLostMessage, noTornMessage } from "./log.ts";
import { comesToRest, writerProgress } from "./progress.ts";
import { noDeadlock, noDescriptorLeak, noZombie } from "./resources.ts";

/** What is judged by events and states: wherever there is a trace. */
export const properties: readonly Property[] = [
  noLostMessage,
  noTornMessage,
  mutualExclusion,
  readersShare,
  appendOnly,
  everyMessageDelivered,
  noDuplicate,
  sameOrder,
  lateJoinerCatchesUp,
  noDeathBySignal,
  clustersIndependent,
  noDescriptorLeak,
  noUnauthenticatedEffect,
  noDeadlock,
  noZombie,
].sort((a, b) => byName(a.id, b.id));

/** What is judged by whole runs, under a fairness: only where all of them are known. */
export const progressProperties: readonly ProgressProperty[] = [writerProgress, comesToRest];
