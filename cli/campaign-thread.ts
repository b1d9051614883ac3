/** A thread of a campaign: makes the runs that it is given, and says what they told. */
import { parentPort, workerData } from "node:worker_threads";
import { properties } from "../properties/index.ts";
import { loadProtocol } from "../real/protocol.ts";
import { type CampaignProgress, campaigning, finish, type Stretch } from "../sim/index.ts";
import { campaignOf, type Post, type Said } from "./campaign-crew.ts";

const { order, memory, endFrom } = workerData as Post;
const campaign = { ...campaignOf(await loadProtocol(order.reference), order, properties), memory };

/** Milliseconds between two words on how far it is. */
const sayEvery = 250;
let said = performance.now();

const say = (text: Said): void => parentPort?.postMessage(text);

const goOn = ({ first }: Stretch, progress: CampaignProgress): boolean => {
  if (performance.now() - said > sayEvery) {
    said = performance.now();
    say({ type: "progress", ...progress });
  }
  const end = Atomics.load(endFrom, 0);
  return end === 0 || first < end;
};

parentPort?.on("message", (stretch: Stretch) => {
  try {
    say({
      type: "made",
      tally: finish(campaigning(campaign, stretch), (progress) => goOn(stretch, progress)),
    });
  } catch (error) {
    say({ type: "failed", message: (error as Error).message });
  }
});
