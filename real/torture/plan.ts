/**
 * What happens in a campaign, spelt out from its seed: what each client does, and what is done to the server. A campaign is a
 * sequence of rounds; each ends with calm, in which everything has to arrive. When exactly things happen the kernel decides.
 */
import type { Bytes } from "../../model/index.ts";
import { Dice } from "../dice.ts";
import { badLine, goodLine, inSegments, longLine } from "./lines.ts";

/** What a client does next. All times in milliseconds. */
export type Step =
  | { readonly do: "wait"; readonly for: number }
  /** One segment each, with a pause after each. */
  | { readonly do: "send"; readonly segments: readonly Bytes[]; readonly pause: number }
  /** It reads nothing for a while, or until the calm; or little at a time. */
  | { readonly do: "stop-reading"; readonly for: number }
  | { readonly do: "read-slowly"; readonly for: number }
  /** It goes, and comes back. `reset`: as a machine goes that has lost its power. */
  | { readonly do: "leave"; readonly how: "end" | "reset"; readonly for: number };

/** How the token is sent: in how many segments, and whether the next line follows in the last of them. */
export interface Entrance {
  readonly pieces: number;
  readonly pause: number;
}

export interface ClientPlan {
  readonly client: number;
  readonly entrance: Entrance;
  readonly steps: readonly Step[];
}

/** What strangers show: nothing, half a token, a wrong one, a wrong one in pieces, lines without any. */
export const strangerManners = ["nothing", "short", "wrong", "split", "missing"] as const;
export type StrangerManner = (typeof strangerManners)[number];

/** A process of the server, by what it is there for. */
export type Victim =
  | { readonly role: "RECV" | "SEND"; readonly client: number }
  | { readonly role: "daemon" | "anchor" | "supervisor" };

export type Fault =
  | { readonly fault: "kill"; readonly victim: Victim }
  | { readonly fault: "stop"; readonly victim: Victim; readonly for: number }
  /** The log may grow by `room` bytes, and no further. */
  | { readonly fault: "disk-full"; readonly for: number; readonly room: number }
  | {
      readonly fault: "strangers";
      readonly manner: StrangerManner;
      readonly many: number;
      readonly for: number;
    };

export interface TimedFault {
  /** Milliseconds after the beginning of the round. */
  readonly at: number;
  readonly what: Fault;
}

export interface RoundPlan {
  readonly clients: readonly ClientPlan[];
  readonly faults: readonly TimedFault[];
}

export interface PlanSize {
  readonly clients: number;
  /** Lines that each client sends in a round, about. */
  readonly lines: number;
  readonly lineLimit: number;
}

/** How long clients are busy in a round, about, in milliseconds. */
const busyFor = 3_000;

const planClient = (dice: Dice, round: number, client: number, size: PlanSize): ClientPlan => {
  const { lines, lineLimit } = size;
  let nth = 0;
  const id = () => `c${client}.${round}.${++nth}`;
  const good = () => goodLine(dice, id(), lineLimit);
  const several = (many: number) => Array.from({ length: many }, good).join("");
  const about = Math.max(1, Math.ceil(lines / 2) + dice.below(lines));
  const turns = 3 + dice.below(6);
  const each = Math.max(1, Math.round(about / turns));
  const wait = (): Step => ({ do: "wait", for: dice.below(Math.ceil((2 * busyFor) / turns)) });
  const turn = (): Step[] => {
    const style = dice.below(100);
    if (style < 45) return [{ do: "send", segments: [several(each)], pause: 0 }];
    if (style < 65)
      return [
        { do: "send", segments: inSegments(dice, several(each), 2 + dice.below(5)), pause: dice.below(30) },
      ];
    if (style < 75)
      return [{ do: "send", segments: [good() + badLine(dice, id(), lineLimit) + good()], pause: 0 }];
    if (style < 78) {
      const burst = Array.from({ length: 40 + dice.below(60) }, () =>
        longLine(id(), 1 + Math.floor(lineLimit / 4)),
      );
      return [{ do: "send", segments: [burst.join("")], pause: 0 }];
    }
    if (style < 84) return [{ do: "stop-reading", for: dice.pick([500, busyFor, 100 * busyFor]) }];
    if (style < 90) return [{ do: "read-slowly", for: dice.below(busyFor) }];
    const how = dice.pick(["end", "reset"] as const);
    return [
      { do: "send", segments: [good()], pause: dice.below(20) },
      { do: "leave", how, for: dice.below(500) },
    ];
  };
  return {
    client,
    entrance: { pieces: dice.pick([1, 1, 1, 2, 5]), pause: dice.below(60) },
    steps: Array.from({ length: turns }, () => [wait(), ...turn()]).flat(),
  };
};

const planVictim = (dice: Dice, clients: number): Victim =>
  dice.chance(0.2)
    ? { role: "daemon" }
    : { role: dice.pick(["RECV", "SEND"] as const), client: 1 + dice.below(clients) };

const planFaults = (dice: Dice, { clients }: PlanSize): TimedFault[] => {
  const faults: Fault[] = [];
  const may = (probability: number, fault: () => Fault) => {
    if (dice.chance(probability)) faults.push(fault());
  };
  for (let nth = 0; nth < 3; nth++) may(0.7, () => ({ fault: "kill", victim: planVictim(dice, clients) }));
  for (let nth = 0; nth < 3; nth++)
    may(0.6, () => ({ fault: "stop", victim: planVictim(dice, clients), for: 50 + dice.below(1_000) }));
  may(0.5, () => ({ fault: "disk-full", for: 200 + dice.below(800), room: dice.below(300) }));
  for (let nth = 0; nth < 3; nth++)
    may(0.6, () => ({
      ...{ fault: "strangers" as const, manner: dice.pick(strangerManners) },
      ...{ many: 1 + dice.below(3), for: dice.below(1_500) },
    }));
  may(0.3, () => ({
    ...{ fault: "strangers" as const, manner: dice.pick(strangerManners) },
    ...{ many: 100 + dice.below(150), for: dice.below(800) },
  }));
  may(0.15, () => ({ fault: "kill", victim: { role: "supervisor" } }));
  may(0.06, () => ({ fault: "kill", victim: { role: "anchor" } }));
  may(0.1, () => ({ fault: "stop", victim: { role: "anchor" }, for: 100 + dice.below(500) }));
  return faults.map((what) => ({ at: 100 + dice.below(busyFor), what })).sort((a, b) => a.at - b.at);
};

/** What happens in one round of a campaign. */
export const planRound = (seed: string, round: number, size: PlanSize): RoundPlan => ({
  clients: Array.from({ length: size.clients }, (_, at) =>
    planClient(new Dice(`client ${seed} ${round} ${at + 1}`), round, at + 1, size),
  ),
  faults: planFaults(new Dice(`faults ${seed} ${round}`), size),
});
