/** What a campaign is told, what it tells on its way, and what it reports at its end. */
import type { HistoryEvent } from "../../model/index.ts";
import type { Durability } from "../server/settings.ts";
import type { RoleSample } from "./census.ts";

export interface CampaignOptions {
  readonly seed: string;
  readonly clients: number;
  /** After so many rounds it ends, or after so many seconds, with the round that is under way then. */
  readonly rounds: number;
  readonly seconds: number;
  /** Lines that each client sends in a round, about. */
  readonly lines: number;
  readonly durability: Durability;
  /** Told everything that can be seen from outside; whether nothing is broken yet. */
  readonly judge: (event: HistoryEvent) => boolean;
  /** Told now and then how far it is; `false` ends it. */
  readonly onProgress: (progress: CampaignProgress) => boolean;
}

export interface CampaignProgress {
  readonly round: number;
  readonly doing: "trouble" | "calm";
  /** Bytes in the log. */
  readonly log: number;
}

/** What was seen when a round had come to rest. */
export interface RoundSample {
  readonly round: number;
  /** Seconds since the beginning. */
  readonly at: number;
  readonly log: number;
  readonly roles: readonly RoleSample[];
}

export interface CampaignReport {
  /** Rounds that came to their end. */
  readonly rounds: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly samples: readonly RoundSample[];
  /** Processes that had not ended when all was over. */
  readonly left: number;
  /** Complaints of processes of the server. */
  readonly complaints: readonly string[];
  /** Where log, history and plans are. */
  readonly directory: string;
}
