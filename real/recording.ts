/** How a process of an ordinary run goes on: at its own pace, writing down what it calls and what came back. */
import {
  advance,
  criticalOf,
  type LocalState,
  type MachineInput,
  metaOf,
  type ProcessMachine,
  type ProcessName,
  type Request,
  type Result,
  requestOf,
  startMachine,
  type TraceEvent,
} from "../model/index.ts";
import type { ProcessConfiguration } from "./configuration.ts";
import { native } from "./native.ts";
import { Observer } from "./observe.ts";
import type { Self } from "./self.ts";
import { perform } from "./syscalls/index.ts";

const changesDescriptors = new Set(["open", "close", "listen", "accept", "connect", "spawn", "fork"]);

/** The event that tells of a call's return. */
export const returnEvent = (
  machine: ProcessMachine,
  process: ProcessName,
  local: LocalState,
  request: Request,
  result: Result,
  next: LocalState,
): TraceEvent => ({
  type: "return",
  process,
  state: local.state,
  critical: criticalOf(machine, local.state),
  request,
  result,
  next: {
    state: next.state,
    call: metaOf(machine, next.state)?.call.call ?? "exit",
    critical: criticalOf(machine, next.state),
  },
});

export class Recording {
  private readonly name: ProcessName;
  private readonly observer: Observer;

  constructor(
    private readonly self: Self,
    configuration: ProcessConfiguration,
  ) {
    this.name = `${configuration.role}@${self.pid}` as ProcessName;
    this.observer = new Observer(self.directory, self.pid);
    self.hidden.push(this.observer.file);
    const { pid, sockets } = self;
    this.observer.record({ type: "process", pid, parent: native.getppid(), configuration, sockets });
  }

  /** Goes on until the machine calls exit, or cannot go on. */
  run(machine: ProcessMachine, input: MachineInput): void {
    try {
      let local = startMachine(machine, input);
      for (;;) local = this.step(machine, local);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.observer.record({ type: "complaint", problem });
    }
  }

  private step(machine: ProcessMachine, local: LocalState): LocalState {
    const { self, observer, name } = this;
    const request = requestOf(machine, local, self.run.parameters);
    if (request === undefined) throw new Error(`state “${local.state}” names no call`);
    observer.record({ type: "call", process: name, state: local.state, request });
    const result = perform(self, request);
    const next = advance(machine, local, result);
    // What the trace says of descriptors: only after a call that may have changed them.
    const more = changesDescriptors.has(request.call) ? { sockets: self.sockets, numbers: self.numbers } : {};
    observer.record(returnEvent(machine, name, local, request, result, next), more);
    return next;
  }
}
