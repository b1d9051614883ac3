/** How a process of a steered run goes on: before each call it waits at the gate, and makes it in the manner it is told. */
import {
  advance,
  type LocalState,
  type MachineInput,
  type ProcessMachine,
  type Result,
  requestOf,
  startMachine,
} from "../../model/index.ts";
import { isListener } from "../native.ts";
import type { Self } from "../self.ts";
import { close } from "../syscalls/files.ts";
import { perform } from "../syscalls/index.ts";
import { performIn, Transfer } from "./forced.ts";
import { Gate } from "./gate.ts";
import type { Order } from "./order.ts";
import { probe } from "./probe.ts";

export class Steered {
  private readonly gate: Gate;
  private transfer = new Transfer();

  constructor(
    private readonly self: Self,
    address: string,
  ) {
    this.gate = Gate.connect(address);
    self.hidden.push(this.gate.socket);
  }

  run(machine: ProcessMachine, input: MachineInput): void {
    let local = startMachine(machine, input);
    let result: Result | null = null;
    try {
      for (;;) {
        this.stand(machine, local, result);
        [local, result] = this.obey(machine, local, this.gate.await());
      }
    } catch (error) {
      this.gate.say({ report: "cannot", problem: error instanceof Error ? error.message : String(error) });
    }
  }

  private request(machine: ProcessMachine, local: LocalState) {
    const request = requestOf(machine, local, this.self.run.parameters);
    if (request === undefined) throw new Error(`state “${local.state}” names no call`);
    return request;
  }

  private stand(machine: ProcessMachine, local: LocalState, result: Result | null): void {
    const { self, gate } = this;
    const { pid, numbers, sockets, hidden } = self;
    const request = this.request(machine, local);
    const listening = Object.values(numbers).filter(isListener);
    gate.say({ report: "stands", pid, local, request, result, numbers, sockets, listening, hidden });
  }

  /** Does what it is told; gives back where the machine stands then, and what its call returned if it is over. */
  private obey(
    machine: ProcessMachine,
    local: LocalState,
    order: Order,
  ): readonly [LocalState, Result | null] {
    const { self, gate } = this;
    const request = this.request(machine, local);
    if (order.order === "probe") {
      gate.say({ report: "probed", found: probe(self, request) });
      return this.obey(machine, local, gate.await());
    }
    if (order.order === "command") {
      if (self.descriptors.has("socket")) close(self, { call: "close", fd: "socket" });
      this.transfer = new Transfer();
      return [advance(machine, local, { type: order.command }), null];
    }
    self.meet(order.people);
    const { manner } = order;
    const result =
      manner.kind === "plain"
        ? perform(self, request, manner.name)
        : performIn(self, request, manner, this.transfer);
    if (result === null) return [local, null];
    this.transfer = new Transfer();
    return [advance(machine, local, result), result];
  }
}
