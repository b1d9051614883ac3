/** All facts, by theme. */
import type { Fact } from "../fact.ts";
import { clientFacts } from "./clients.ts";
import { descriptionFacts } from "./descriptions.ts";
import { endingFacts } from "./endings.ts";
import { faultFacts } from "./faults.ts";
import { fileFacts } from "./files.ts";
import { flockFacts } from "./flock.ts";
import { interruptionFacts } from "./interruption.ts";
import { portFacts } from "./port.ts";
import { processFacts } from "./processes.ts";
import { signalFacts } from "./signals.ts";
import { socketFacts } from "./sockets.ts";
import { stoppedFacts } from "./stopped.ts";
import { waitingFacts } from "./waiting.ts";

export const themes: Readonly<Record<string, readonly Fact[]>> = {
  "open file descriptions": descriptionFacts,
  flock: flockFacts,
  files: fileFacts,
  sockets: socketFacts,
  waiting: waitingFacts,
  "the port": portFacts,
  "the end of a connection": endingFacts,
  signals: signalFacts,
  "interrupted calls": interruptionFacts,
  processes: processFacts,
  "stopped processes": stoppedFacts,
  faults: faultFacts,
  "faults that hit clients": clientFacts,
};
