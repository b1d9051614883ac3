/** Keeps a server alive for a campaign: starts its supervisor, starts it again when it was killed, ends everything. */
import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { becomeSubreaper, processIds, reap, sessionOf, stateOf } from "../kernel.ts";
import { native, signalNumbers } from "../native.ts";
import type { ServerSettings } from "../server/index.ts";
import { ProcessTrouble } from "../trouble.ts";
import type { HostOrder, HostSaying } from "./host.ts";

const built = import.meta.url.endsWith(".ts") ? "../../dist/real/torture/host.js" : "./host.js";
const program = fileURLToPath(new URL(built, import.meta.url));

/** How long ending may take, in milliseconds. */
const patience = 15_000;
/** How often a supervisor may fail to come back. */
const attempts = 5;

export class Keeper {
  /** Every anchor that there has been: the kernel's sessions that processes of the server belong to. */
  readonly anchors = new Set<number>();
  private host: ChildProcess | null = null;
  private isStopping = false;
  private ready: Promise<void> = Promise.resolve();

  constructor(
    private readonly settings: ServerSettings,
    private readonly tell: (event: object) => void,
  ) {
    becomeSubreaper();
  }

  /** Starts the server; returns when its port is open. Throws a ProcessTrouble where it cannot be. */
  async start(): Promise<void> {
    this.begin();
    await this.ready;
  }

  /** Kills the supervisor; it is started again at once. Returns when the port is open. */
  async killSupervisor(): Promise<void> {
    const before = this.host;
    before?.kill("SIGKILL");
    await this.until(() => this.host !== before);
    for (let attempt = 1; ; attempt++)
      try {
        return await this.ready;
      } catch (error) {
        if (attempt === attempts) throw error;
        await pause(100); // another one has been started
      }
  }

  /** Ends everything; returns the processes that had to be killed for that. */
  async stop(): Promise<number[]> {
    this.isStopping = true;
    const { host } = this;
    if (host?.connected) host.send({ order: "stop" } satisfies HostOrder);
    await this.until(() => this.members().length === 0 && (host === null || host.exitCode !== null));
    const left = this.members();
    for (const pid of left) native.kill(pid, signalNumbers.SIGKILL);
    host?.kill("SIGKILL");
    await this.until(() => this.members().length === 0);
    return left;
  }

  /** Ends everything at once, when there is no time for more. */
  strike(): void {
    this.isStopping = true;
    this.host?.kill("SIGKILL");
    for (const pid of this.members()) native.kill(pid, signalNumbers.SIGKILL);
  }

  /** The processes of the server. */
  private members(): number[] {
    const members = processIds().filter((pid) => this.anchors.has(sessionOf(pid)));
    for (const pid of members) if (stateOf(pid) === "Z") reap(pid);
    return members.filter((pid) => ![null, "Z", "X"].includes(stateOf(pid)));
  }

  private async until(isSo: () => boolean): Promise<void> {
    for (const deadline = performance.now() + patience; !isSo() && performance.now() < deadline; )
      await pause(20);
  }

  private begin(): void {
    const host = fork(program, {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      detached: true,
    });
    this.host = host;
    this.ready = new Promise((done, fail) => {
      host.on("message", (saying: HostSaying) => {
        if (saying.says === "ready") done();
        if (!("event" in saying)) return;
        this.tell(saying.event);
        if ("anchor" in saying.event) this.anchors.add(Number(saying.event.anchor));
        if (saying.says === "trouble" && "problem" in saying.event)
          fail(new ProcessTrouble(String(saying.event.problem)));
      });
      host.once("exit", () => {
        fail(new ProcessTrouble("the server's supervisor has ended before the server stood"));
        if (!this.isStopping) this.begin();
      });
    });
    this.ready.catch(() => undefined); // whoever waits for it hears of it
    host.send({ order: "start", settings: this.settings } satisfies HostOrder);
  }
}
