/** How a process goes on that nobody watches: the loop of `recording`, and nothing is written down. */
import {
  advance,
  type MachineInput,
  type ProcessMachine,
  requestOf,
  startMachine,
} from "../../model/index.ts";
import type { Self } from "../self.ts";
import { type Calls, perform } from "../syscalls/index.ts";

export class Unrecorded {
  constructor(
    private readonly self: Self,
    private readonly calls: Calls,
    /** Told which call has failed in a way that no machine knows, and of the error, before the machine is. */
    private readonly onFailure: (problem: string) => void = () => {},
  ) {}

  /** Goes on until the machine calls exit. Throws where the machine cannot go on: whoever began the process says so. */
  run(machine: ProcessMachine, input: MachineInput): never {
    const { self, calls } = this;
    let local = startMachine(machine, input);
    for (;;) {
      const request = requestOf(machine, local, self.run.parameters);
      if (request === undefined) throw new Error(`state “${local.state}” names no call`);
      const result = perform(self, request, "", calls);
      if (result.type === "failed") this.onFailure(`${request.call}: ${result.errno}`);
      local = advance(machine, local, result);
    }
  }
}
