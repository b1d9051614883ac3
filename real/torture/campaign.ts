/** A campaign from beginning to end: rounds of trouble, each followed by calm in which everything has to arrive. */
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { HistoryEvent, RestingProcess } from "../../model/index.ts";
import { native } from "../native.ts";
import { reservePort } from "../port.ts";
import { digestOf } from "../server/token.ts";
import { makeWorkplace } from "../workplace.ts";
import { sampleRoles, takeCensus } from "./census.ts";
import { CampaignClient, type Surroundings } from "./client.ts";
import { Keeper } from "./keeper.ts";
import { planRound, type RoundPlan } from "./plan.ts";
import type { CampaignOptions, CampaignProgress, CampaignReport, RoundSample } from "./report.ts";
import { Striker } from "./striker.ts";
import { Trail } from "./trail.ts";

export const lineLimit = 4096;
/** Milliseconds: between two looks at whether everything is still; how long nothing may arrive while it is not. */
const lookEvery = 60;
const restWithin = 30_000;
/** How many looks in a row have to find everything still. */
const looksNeeded = 4;
/** How long a round's trouble may take at most, in milliseconds: clients who cannot come in would never be done. */
const troubleWithin = 120_000;

export class Campaign {
  private readonly directory = makeWorkplace("torture");
  private readonly log = join(this.directory, "log");
  private readonly began = performance.now();
  private readonly trail = new Trail(join(this.directory, "history"));
  private readonly token = randomBytes(64).toString("hex");
  private readonly clients = new Map<number, CampaignClient>();
  private readonly complaints: string[] = [];
  private readonly samples: RoundSample[] = [];
  private readonly reservation = reservePort();
  private readonly keeper: Keeper;
  private readonly striker: Striker;
  private isIntact = true;
  private isOver = false;

  private constructor(private readonly options: CampaignOptions) {
    const { port } = this.reservation;
    this.keeper = new Keeper(
      {
        ...{ address: "127.0.0.1", port, history: "all", durability: options.durability },
        sessions: [
          { name: "chat", log: this.log, digest: digestOf(Buffer.from(this.token)).toString("hex") },
        ],
        limits: { clients: 10_000, unauthenticated: 64, line: lineLimit, authentication: 10_000 },
        ...{ onStop: "drain", drain: 5, state: join(this.directory, "state") },
      },
      (event) => this.hearServer(event),
    );
    const around: Surroundings = {
      ...{ port, token: this.token, isOver: () => this.isOver },
      hear: (event) => this.hear(event),
    };
    this.striker = new Striker(this.keeper, this.log, this.clients, around);
    for (let number = 1; number <= options.clients; number++)
      this.clients.set(number, new CampaignClient(number, around));
  }

  /** Runs a campaign. Throws a ProcessTrouble where no server can be started; nothing is left behind in any case. */
  static async run(options: CampaignOptions): Promise<CampaignReport> {
    const campaign = new Campaign(options);
    const strike = () => campaign.keeper.strike();
    process.on("exit", strike);
    try {
      await campaign.begin();
      const rounds = await campaign.goThrough();
      return await campaign.end(rounds);
    } finally {
      campaign.keeper.strike();
      process.off("exit", strike);
      native.close(campaign.reservation.reservation);
    }
  }

  private async begin(): Promise<void> {
    try {
      await this.keeper.start();
    } catch (error) {
      rmSync(this.directory, { recursive: true, force: true });
      throw error;
    }
  }

  private async goThrough(): Promise<number> {
    const { rounds, seconds, seed, clients, lines } = this.options;
    await this.clients.get(1)?.enter();
    for (let round = 1; round <= rounds; round++) {
      const plan = planRound(seed, round, { clients, lines, lineLimit });
      this.trail.write({ round, faults: plan.faults });
      await this.trouble(plan, round);
      if (this.isOver) return round - 1;
      await this.calm(round);
      if (this.isOver) return round - 1;
      if (!this.isIntact || performance.now() - this.began > seconds * 1000) return round;
    }
    return rounds;
  }

  private async trouble({ clients, faults }: RoundPlan, round: number): Promise<void> {
    const began = performance.now();
    let isDone = false;
    const work = Promise.all([
      ...clients.map((plan) => this.clients.get(plan.client)?.play(plan)),
      ...faults.map(async ({ at, what }) => {
        await pause(at);
        if (this.isOver) return;
        this.trail.write({ fault: what });
        await this.striker.strike(what);
      }),
    ]).then(() => {
      isDone = true;
    });
    work.catch(() => undefined); // heard below, unless all has been called off
    while (!isDone && performance.now() - began < troubleWithin) {
      if (!this.tellProgress(round, "trouble")) break;
      await Promise.race([work, pause(200)]);
    }
    this.striker.calm();
  }

  /** Waits until nothing moves any more, and has it judged. */
  private async calm(round: number): Promise<void> {
    let movedAt = performance.now();
    let looks = 0;
    let last = "";
    while (looks < looksNeeded && performance.now() - movedAt < restWithin) {
      if (!this.tellProgress(round, "calm")) return;
      for (const client of this.clients.values()) void client.enter(); // what was struck last may be felt now
      await pause(lookEvery);
      const now = this.standing;
      if (now !== last) movedAt = performance.now();
      looks = now === last && this.isStill() ? looks + 1 : 0;
      last = now;
    }
    const processes = this.census();
    const log = readFileSync(this.log, "latin1");
    this.hear({ type: "rest", reached: looks >= looksNeeded, log, processes });
    const at = Math.round(performance.now() - this.began) / 1000;
    this.samples.push({ round, at, log: log.length, roles: sampleRoles(processes) });
  }

  /** How far everything is, in a word. */
  private get standing(): string {
    const received = [...this.clients.values()].reduce((sum, client) => sum + client.received, 0);
    return `${received} ${statSync(this.log).size}`;
  }

  /** Whether nobody is about to do anything. */
  private isStill(): boolean {
    const isRead = [...this.clients.values()].every((client) => client.isStill); // and connected
    return isRead && this.census().every(({ status }) => status !== "busy");
  }

  private census(): RestingProcess[] {
    const connections = [...this.clients.values()].flatMap(({ standing }) =>
      standing === null ? [] : [[standing.port, standing.connection] as const],
    );
    return takeCensus(this.keeper.anchors, new Map(connections));
  }

  private tellProgress(round: number, doing: CampaignProgress["doing"]): boolean {
    this.isOver ||= !this.options.onProgress({ round, doing, log: statSync(this.log).size });
    return !this.isOver;
  }

  private hear(event: HistoryEvent): void {
    const isIntact = this.options.judge(event);
    this.trail.hear(event, this.isIntact && !isIntact);
    this.isIntact = isIntact;
    if (event.type === "connect" && !event.stranger && this.striker.isDoorInTrouble)
      this.hear({ type: "struck", whom: "door" });
  }

  private hearServer(event: object): void {
    this.trail.write({ server: event });
    if ("anchor" in event && !this.keeper.anchors.has(Number(event.anchor))) this.hear({ type: "renewed" });
    if ("problem" in event)
      this.complaints.push(`${"role" in event ? `${event.role}: ` : ""}${event.problem}`);
  }

  private async end(rounds: number): Promise<CampaignReport> {
    this.isOver = true;
    for (const client of this.clients.values()) client.leave("end");
    const left = await this.keeper.stop();
    await this.trail.end();
    return {
      rounds,
      faults: Object.fromEntries([...this.striker.done].sort()),
      samples: this.samples,
      left: left.length,
      complaints: this.complaints,
      directory: this.directory,
    };
  }
}
