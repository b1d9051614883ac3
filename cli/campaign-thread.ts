/** A thread of a campaign: makes the runs that it is given, and says what they told. */
import { parentPort, workerData } from "node:worker_threads";
import { properties } from "../properties/index.ts";
import { loadProtocol } from "../real/protocol.ts";
import { type CampaignProgress, campaigning, finish, type Stretch } from "../sim/index.ts";
import { campaignOf, type Post, type Said } from "./campaign-crew.ts";

const { order, stop } = workerData as Post;
const campaign = campaignOf(await loadProtocol(order.reference), order, properties);

/** Milliseconds between two words on how far it is. */
const sayEvery = 250;
let said = performance.now();

const say = (text: Said): void => parentPort?.postMessage(text);

const goOn = (progress: CampaignProgress): boolean => {
  if (performance.now() - said > sayEvery) {
    said = performance.now();
    say({ type: "progress", ...progress });
  }
  return Atomics.load(stop, 0) === 0;
};

parentPort?.on("message", (stretch: Stretch) => {
  try {
    say({ type: "made", tally: finish(campaigning(campaign, stretch), goOn) });
  } catch (error) {
    say({ type: "failed", message: (error as Error).message });
  }
});
