/** The facts of `facts/`, a theme a file, on the simulated kernel: every run of each, and no outcome but those it names. */
import { describe, expect, test } from "vitest";
import type { Fact } from "./fact.ts";
import { clientFacts } from "./facts/clients.ts";
import { descriptionFacts } from "./facts/descriptions.ts";
import { endingFacts } from "./facts/endings.ts";
import { faultFacts } from "./facts/faults.ts";
import { fileFacts } from "./facts/files.ts";
import { flockFacts } from "./facts/flock.ts";
import { interruptionFacts } from "./facts/interruption.ts";
import { portFacts } from "./facts/port.ts";
import { processFacts } from "./facts/processes.ts";
import { signalFacts } from "./facts/signals.ts";
import { socketFacts } from "./facts/sockets.ts";
import { stoppedFacts } from "./facts/stopped.ts";
import { waitingFacts } from "./facts/waiting.ts";
import { outcomesOf } from "./simulated.ts";

const themes: Readonly<Record<string, readonly Fact[]>> = {
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

for (const [theme, facts] of Object.entries(themes))
  describe(`simulated kernel, ${theme}`, () => {
    for (const fact of facts) {
      const holds = () => expect(outcomesOf(fact)).toEqual([...fact.outcomes].sort());
      if (fact.differs === undefined) test(fact.says, holds);
      // Pinned as it is: whoever mends it is told to take the remark away.
      else test.fails(`${fact.says} (not so in the simulation: ${fact.differs})`, holds);
    }
  });
