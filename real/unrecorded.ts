/** How a process of a server goes on that nobody watches: the loop of `recording`, and nothing is written down. */
import { advance, type MachineInput, type ProcessMachine, requestOf, startMachine } from "../model/index.ts";
import type { Self } from "./self.ts";
import { type Calls, calls, perform } from "./syscalls/index.ts";

export class Unrecorded {
  constructor(
    private readonly self: Self,
    private readonly its: Calls = calls,
  ) {}

  /** Goes on until the machine calls exit. Throws where the machine cannot go on: whoever began the process says so. */
  run(machine: ProcessMachine, input: MachineInput): never {
    const { self, its } = this;
    let local = startMachine(machine, input);
    for (;;) {
      const request = requestOf(machine, local, self.run.parameters);
      if (request === undefined) throw new Error(`state “${local.state}” names no call`);
      local = advance(machine, local, perform(self, request, "", its));
    }
  }
}
