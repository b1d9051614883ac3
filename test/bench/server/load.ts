/** Starts the load, and gives it its orders. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Order } from "./order.ts";

const program = fileURLToPath(new URL("load-program.js", import.meta.url));

type Wanted<O extends Order> = Extract<
  Answer,
  { answer: { join: "joined"; flood: "flooded"; ping: "pinged"; visit: "visited" }[O["order"]] }
>;

export class Load {
  private constructor(private readonly child: ChildProcess) {}

  static start(): Load {
    return new Load(fork(program, [], { execArgv: [] }));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Rejects where the load ends without an answer: a client was cut off, or somebody has interrupted everything. */
  ask<O extends Order>(order: O): Promise<Wanted<O>> {
    return new Promise((done, fail) => {
      const gone = () => fail(new Error(`the load ended at “${order.order}”; what it said stands above`));
      this.child.once("exit", gone);
      this.child.once("message", (answer) => {
        this.child.off("exit", gone);
        done(answer as Wanted<O>);
      });
      this.child.send(order, (error) => {
        if (error !== null) gone();
      });
    });
  }

  end(): void {
    this.child.kill("SIGKILL");
  }
}
