/** Does to a server what a plan says, and undoes what can be undone. */
import { statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { ConnectionName } from "../../model/index.ts";
import { flags, native, signalNumbers } from "../native.ts";
import { inhabitants } from "../server/index.ts";
import { findVictim } from "./census.ts";
import type { CampaignClient, Surroundings } from "./client.ts";
import type { Keeper } from "./keeper.ts";
import type { Fault, Victim } from "./plan.ts";
import { sendStrangers } from "./strangers.ts";

/** More strangers at once than the daemon lets wait: it may turn away others for them. */
const flood = 40;
/** How long after a blow to those who let connections in somebody may still be turned away, in milliseconds. */
const aftermath = 500;
/** Milliseconds between two looks at who there is; how many of them are for somebody who is not there. */
const lookEvery = 30;
const looksForVictim = 60;
const unlimited = 0xffffffffffffffffn;

type Kill = Extract<Fault, { fault: "kill" }>;
type Stop = Extract<Fault, { fault: "stop" }>;
type DiskFull = Extract<Fault, { fault: "disk-full" }>;

export class Striker {
  /** How often each fault was done. */
  readonly done = new Map<string, number>();
  private readonly stopped = new Set<number>();
  private strangers = 0;
  /** How many troubles there are for which somebody may be turned away at the door. */
  private troubles = 0;

  constructor(
    private readonly keeper: Keeper,
    private readonly log: string,
    private readonly clients: ReadonlyMap<number, CampaignClient>,
    private readonly around: Surroundings,
  ) {}

  get isDoorInTrouble(): boolean {
    return this.troubles > 0;
  }

  async strike(fault: Fault): Promise<void> {
    if (fault.fault === "kill") return this.kill(fault);
    if (fault.fault === "stop") return this.stop(fault);
    if (fault.fault === "disk-full") return this.fillDisk(fault);
    this.note(fault.many > flood ? "flood" : `strangers (${fault.manner})`);
    const first = this.strangers + 1;
    this.strangers += fault.many;
    await this.atTheDoor(() => sendStrangers(fault, first, this.around), fault.many > flood);
  }

  /** Lets everything go on that was stopped or short of room. */
  calm(): void {
    for (const pid of this.stopped) native.kill(pid, signalNumbers.SIGCONT);
    this.stopped.clear();
    this.limitLogs(unlimited);
  }

  private note(what: string): void {
    this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }

  /** Who is meant may be about to come: a client that is connecting, a daemon that is being started. */
  private async find(victim: Victim): Promise<number | undefined> {
    const portOf = (client: number) => this.clients.get(client)?.standing?.port;
    for (let look = 0; look < looksForVictim; look++) {
      const found = findVictim(this.keeper.anchors, victim, portOf);
      if (found !== undefined) return found;
      await pause(lookEvery);
    }
    return undefined;
  }

  private whomOf(victim: Victim): ConnectionName | "anchor" | "door" | undefined {
    if ("client" in victim) return this.clients.get(victim.client)?.standing?.connection;
    return victim.role === "anchor" ? "anchor" : "door";
  }

  private async kill({ victim }: Kill): Promise<void> {
    const { role } = victim;
    const pid = role === "supervisor" ? 0 : await this.find(victim);
    const whom = this.whomOf(victim);
    if (pid === undefined || whom === undefined) return this.note("kill: nobody there");
    this.note(`kill ${role}`);
    this.around.hear({ type: "struck", whom });
    await this.atTheDoor(
      async () => {
        if (role === "supervisor")
          await this.keeper.killSupervisor().catch(() => this.note("the supervisor did not come back"));
        else native.kill(pid, signalNumbers.SIGKILL);
        await pause(aftermath);
      },
      !("client" in victim),
    );
  }

  private async stop({ victim, for: milliseconds }: Stop): Promise<void> {
    const pid = await this.find(victim);
    if (pid === undefined) return this.note("stop: nobody there");
    this.note(`stop ${victim.role}`);
    this.stopped.add(pid);
    native.kill(pid, signalNumbers.SIGSTOP);
    await pause(milliseconds);
    if (this.stopped.delete(pid)) native.kill(pid, signalNumbers.SIGCONT);
  }

  /** The log must not grow beyond so many bytes: to a process that is EFBIG, and to its machine the same as a full disk. */
  private async fillDisk({ for: milliseconds, room }: DiskFull): Promise<void> {
    this.note("disk full");
    const limit = BigInt(statSync(this.log).size + room);
    for (const end = performance.now() + milliseconds; performance.now() < end; await pause(lookEvery))
      this.limitLogs(limit);
    this.limitLogs(unlimited);
  }

  private limitLogs(bytes: bigint): void {
    const limit = Buffer.alloc(16);
    limit.writeBigUInt64LE(bytes, 0);
    limit.writeBigUInt64LE(unlimited, 8);
    for (const anchor of this.keeper.anchors)
      for (const { pid, role } of inhabitants(anchor))
        if (role !== "SEND") native.prlimit(pid, flags.RLIMIT_FSIZE, limit, null);
  }

  private async atTheDoor(work: () => Promise<void>, isTrouble: boolean): Promise<void> {
    if (!isTrouble) return work();
    this.troubles++;
    this.around.hear({ type: "struck", whom: "door" });
    try {
      await work();
    } finally {
      this.troubles--;
    }
  }
}
