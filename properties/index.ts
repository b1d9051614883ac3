/**
 * The properties P1 to P16 (P15 waits for liveness), one theme a file. They see traces, and nothing else.
 *
 * - `observers` `lines` `served`   what they remember of the past; which lines there may be; whom the server owes something
 * - `log`         P1 no-lost-message, P2 no-torn-message, P5 append-only
 * - `exclusion`   P3 mutual-exclusion, P4 readers-share
 * - `delivery`    P6 every-message-delivered, P7 no-duplicate, P8 same-order, P9 late-joiner-catches-up
 * - `independence`   P10 no-death-by-signal, P11 clusters-independent
 * - `resources`   P12 no-descriptor-leak, P14 no-deadlock, P16 no-zombie
 * - `access`      P13 no-unauthenticated-effect
 */
import { byName, type Property } from "../model/index.ts";
import { noUnauthenticatedEffect } from "./access.ts";
import { everyMessageDelivered, lateJoinerCatchesUp, noDuplicate, sameOrder } from "./delivery.ts";
import { mutualExclusion, readersShare } from "./exclusion.ts";
import { clustersIndependent, noDeathBySignal } from "./independence.ts";
import { appendOnly, noLostMessage, noTornMessage } from "./log.ts";
import { noDeadlock, noDescriptorLeak, noZombie } from "./resources.ts";

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
