/**
 * Small protocols as they are drawn: one or two processes for each client, or a server that accepts clients and starts one
 * process for each; perhaps children of these, perhaps somebody who belongs to no client. Plain data, which shrinks towards
 * fewer processes and fewer calls.
 */
import fc from "fast-check";
import type { Budget } from "../../model/index.ts";
import { type Step, step } from "./steps.ts";

/** What the processes of one role do. */
export interface Part {
  readonly steps: readonly Step[];
  readonly last: "rest" | "exit" | "loop";
  /** What SIGUSR1 does to it at the start. */
  readonly catches: "nothing" | "restarts" | "interrupts";
  /** Whether SIGUSR1 is blocked at the start. */
  readonly blocks: boolean;
  /** Whether its states say that they are critical where they touch the log. */
  readonly critical: boolean;
}

/** A part whose processes are started by those of part A. */
export interface Child extends Part {
  readonly how: "spawn" | "fork";
  readonly lifeline: boolean;
}

export interface Draft {
  readonly clients: number;
  readonly messages: number;
  /** Whether clients connect; else their bytes are there from the start. */
  readonly connects: boolean;
  /** A description of the log for each process, or one for all, or they open it. */
  readonly log: "own" | "shared" | "opened";
  readonly append: boolean;
  readonly tornWrites: boolean;
  readonly stored: number;
  readonly faults: Budget;
  /** One process for each client. */
  readonly a: Part;
  /** Another one for each client, where they do not connect. */
  readonly b: Part | null;
  readonly child: Child | null;
  /** One process, S, for nobody. */
  readonly alone: Part | null;
  /** What clients do that connect. */
  readonly client: Part;
}

const part = (most: number) => ({
  steps: fc.array(step, { maxLength: most, size: "max" }),
  last: fc.constantFrom<Part["last"][]>("rest", "exit", "loop"),
  catches: fc.constantFrom<Part["catches"][]>("nothing", "restarts", "interrupts"),
  blocks: fc.boolean(),
  critical: fc.boolean(),
});

const child: fc.Arbitrary<Child> = fc.record({
  ...part(3),
  how: fc.constantFrom<Child["how"][]>("spawn", "fork"),
  lifeline: fc.boolean(),
});

const budgets: readonly Budget[] = [
  ...[{}, {}, {}, {}, {}, { crash: 1 }, { "short-write": 1 }, { "disk-full": 1 }],
  ...[{ stop: 1 }, { stop: 1, cont: 1 }, { "never-reads": 1 }],
];

/** One in so many. */
const seldom = (many: number) => fc.nat(many - 1).map((one) => one === many - 1);

export const draft: fc.Arbitrary<Draft> = fc.noBias(
  fc.record({
    clients: fc.constantFrom(1, 2, 2, 3),
    messages: fc.nat(2),
    connects: seldom(5),
    log: fc.constantFrom<Draft["log"][]>("own", "shared", "opened"),
    append: fc.boolean(),
    tornWrites: seldom(4),
    stored: fc.nat(1),
    faults: fc.constantFrom(...budgets),
    a: fc.record(part(5)),
    b: fc.option(fc.record(part(4)), { freq: 2 }),
    child: fc.option(child, { freq: 1 }),
    alone: fc.option(fc.record(part(3)), { freq: 2 }),
    client: fc.record(part(2)),
  }),
);
