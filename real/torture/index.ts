/**
 * The campaign: a real server under seeded trouble, seen from outside. It judges nothing itself.
 *
 * - `plan` `lines`   what each client does and what is done to the server, from a seed; what is sent
 * - `client` `strangers`   who connects: clients that do as planned; those without a token
 * - `keeper` `host`  the server, and its supervisor in a process of its own
 * - `striker`      does the faults
 * - `census`       who is there, and what each holds
 * - `campaign` `report` `trail`   all of it, round by round; what it reports; what is left for whoever looks for a reason
 */
export { Campaign, lineLimit } from "./campaign.ts";
export type { CampaignReport, RoundSample } from "./report.ts";
