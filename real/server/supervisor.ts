/**
 * The supervisor: starts a server, or takes up the one whose supervisor has gone; gives the orders at the gate; stops it. It is an
 * ordinary Node process, and no client ever waits for it.
 */
import { reap } from "../kernel.ts";
import { ProcessTrouble } from "../trouble.ts";
import { type Endpoint, refusedAt } from "./address.ts";
import type { ServerEvent, SupervisorEvent } from "./events.ts";
import { callToGate, endAll, endClusters, endDaemon, grace } from "./eviction.ts";
import { type Arrival, standingOfFacts } from "./gate.ts";
import { clientsOf, type Inhabitant, inhabitants } from "./population.ts";
import { hearEvents, Reins, startAnchor } from "./reins.ts";
import type { Facts, ServerSettings, StopManner } from "./settings.ts";
import { noteAnchor, notedAnchor, takeState } from "./state.ts";
import { comesTrue } from "./waiting.ts";

export type Tell = (event: ServerEvent | SupervisorEvent) => void;

/** Milliseconds in which the port is to be open. */
const opensWithin = 10_000;
/** While clients leave, the process table is looked at less often. */
const drainEvery = 250;
/** A daemon that lived for less, in milliseconds, is not started again at once. */
const shortLife = 1_000;
const longestDelay = 5_000;

type Stage = "starting" | "running" | "stopping" | "stopped";

export class Server {
  /** Settled when the server has stopped: rejected where it could not go on. */
  readonly ended: Promise<void>;
  private stage: Stage = "starting";
  private anchorId = 0;
  private endpoint: Endpoint;
  private nextClient = 1;
  private reins: Reins | null = null;
  private isAtGate = false;
  private problem: string | null = null;
  private startedAt = 0;
  private shortLives = 0;
  private finish!: (error?: Error) => void;

  private constructor(
    readonly settings: ServerSettings,
    private readonly tell: Tell,
    private readonly letGo: () => void,
  ) {
    this.endpoint = { address: settings.address, port: settings.port };
    this.ended = new Promise((done, fail) => {
      this.finish = (error) => (error === undefined ? done() : fail(error));
    });
    this.ended.catch(() => undefined); // whoever is interested will ask
  }

  /**
   * Starts a server, and returns when its port is open. Throws ProcessTrouble, which says what to do, where another one has the log,
   * the port cannot be opened, or files cannot be used; nothing is left behind then.
   */
  static async start(settings: ServerSettings, tell: Tell = () => undefined): Promise<Server> {
    const letGo = takeState(settings.state);
    let stopHearing: () => void = () => undefined;
    const server = new Server(settings, tell, () => {
      stopHearing();
      letGo();
    });
    try {
      stopHearing = hearEvents(settings.state, (event) => server.hear(event));
      await server.takeReins();
      const isOpen = await comesTrue(
        () => server.stage !== "starting" || server.problem !== null,
        opensWithin,
      );
      if (server.problem !== null || !isOpen)
        throw new ProcessTrouble(
          server.problem ??
            `${settings.state}: who is there has not opened the port. “papaya ps” shows them; end them first.`,
        );
      return server;
    } catch (error) {
      await server.giveUp();
      throw error;
    }
  }

  /** Where clients connect to. */
  get address(): Endpoint {
    return this.endpoint;
  }

  /** The anchor's process id, which is the session of all processes of the server. */
  get anchor(): number {
    return this.anchorId;
  }

  /** The processes that the server consists of, this one not among them. */
  inhabitants(): Inhabitant[] {
    return inhabitants(this.anchorId);
  }

  /** Closes the port, and returns when clients have left or been left to themselves, as the manner says. */
  async stop(manner: StopManner = this.settings.onStop): Promise<void> {
    if (this.isEnding) return this.ended;
    this.stage = "stopping";
    await endDaemon(this.anchorId, () => this.isAtGate);
    if (manner === "drain") await this.drain();
    await this.leave();
    this.stage = "stopped";
    this.tell({ event: "server stopped", clients: this.clients });
    this.letGo();
    this.finish();
  }

  private get isEnding(): boolean {
    return this.stage === "stopping" || this.stage === "stopped";
  }

  private get clients(): number {
    return clientsOf(this.anchorId).length;
  }

  private get facts(): Facts {
    const { onStop: _, drain: __, ...facts } = this.settings;
    return { ...facts, ...this.endpoint, nextClient: this.nextClient };
  }

  /** Takes the reins of the anchor that there is, or starts one. */
  private async takeReins(): Promise<void> {
    const standing = await Reins.take(this.settings.state);
    if (standing === null) this.anchorId = await startAnchor(this.facts);
    else callToGate(notedAnchor(this.settings.state));
    this.reins = standing ?? (await Reins.take(this.settings.state));
    if (this.reins === null) throw new ProcessTrouble("the server ended as soon as it had been started");
    const { reins } = this;
    let isFirst = true;
    reins.listen(
      (arrival) => {
        if (isFirst) this.meet(arrival, standing !== null);
        // What the daemon said before it ended is heard first.
        const after = isFirst ? null : arrival.after;
        setImmediate(() => this.atGate(after));
        isFirst = false;
      },
      () => void this.lose(reins),
    );
  }

  /** The anchor that was there had nobody left, and was on its way out: it has said nothing. */
  private async takeAgain(): Promise<void> {
    try {
      await this.takeReins();
      if (this.isEnding) await this.leave();
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  /** An anchor that was there before has to be one for these settings. */
  private meet({ anchor, standing }: Arrival, wasThere: boolean): void {
    this.anchorId = anchor;
    noteAnchor(this.settings.state, anchor);
    if (JSON.stringify(standing) !== JSON.stringify(standingOfFacts(this.facts)))
      this.problem = `${this.settings.state}: the clusters that are still there have other logs, or another longest line. Use those settings, or end them first; “papaya ps” shows them.`;
    this.tell({
      event: wasThere ? "server taken up" : "server started",
      anchor,
      clients: this.clients,
    });
  }

  /** The anchor waits for an order: at its beginning, and whenever a daemon has ended. */
  private atGate(after: string | null): void {
    this.isAtGate = true;
    if (after !== null) this.tell({ event: "daemon ended", after });
    if (this.problem !== null || this.isEnding) return;
    if (after === "SIGTERM") return void this.stop();
    const lived = performance.now() - this.startedAt;
    this.shortLives = after !== null && lived < shortLife ? this.shortLives + 1 : 0;
    const delay = this.shortLives === 0 ? 0 : Math.min(longestDelay, 50 * 2 ** this.shortLives);
    setTimeout(() => this.orderDaemon(), delay);
  }

  private orderDaemon(): void {
    if (this.isEnding || this.reins === null) return;
    this.isAtGate = false;
    this.startedAt = performance.now();
    this.reins.give({ order: "start", facts: this.facts });
  }

  private hear(event: ServerEvent): void {
    if (event.event === "client came") this.nextClient = Math.max(this.nextClient, event.client + 1);
    if (event.event === "port open") {
      this.endpoint = { address: event.address, port: event.port };
      if (this.stage === "starting") this.stage = "running";
    }
    if (event.event === "port refused" && this.stage === "starting")
      this.problem = refusedAt(this.endpoint, event.errno);
    this.tell(event);
  }

  /** The anchor has gone, and nobody told it to: nobody who comes now could reach those who are there. All begin anew. */
  private async lose(reins: Reins): Promise<void> {
    if (this.reins !== reins || this.stage === "stopped") return;
    this.reins = null;
    if (this.anchorId === 0) return this.takeAgain();
    this.isAtGate = true;
    if (this.stage !== "running") return;
    this.tell({ event: "anchor ended", clients: this.clients });
    try {
      await endAll(this.anchorId);
      await this.takeReins();
      if (this.isEnding) await this.leave();
    } catch (error) {
      this.stage = "stopped";
      this.letGo();
      this.finish(error as Error);
    }
  }

  /** Clients may leave by themselves, until time is up. */
  private async drain(): Promise<void> {
    if (this.clients === 0) return;
    this.tell({ event: "draining", clients: this.clients });
    if (await comesTrue(() => this.clients === 0, this.settings.drain * 1000, drainEvery)) return;
    this.tell({ event: "time is up", clients: this.clients });
    await endClusters(this.anchorId);
  }

  /** The anchor stays for the clusters that stay; without any it goes. It takes orders only at the gate. */
  private async leave(): Promise<void> {
    const { reins } = this;
    this.reins = null;
    if (this.isAtGate && this.clients === 0) {
      reins?.give({ order: "leave" });
      await comesTrue(() => this.inhabitants().length === 0, grace);
      reap(this.anchorId);
    }
    reins?.drop();
  }

  /** It could not be started: what was started for it ends, what was there before stays. */
  private async giveUp(): Promise<void> {
    this.stage = "stopped";
    if (this.anchorId > 0) await endDaemon(this.anchorId, () => this.isAtGate);
    await this.leave();
    this.letGo();
  }
}
