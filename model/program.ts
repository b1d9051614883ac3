/**
 * Programs: a few scripts and who starts them, as plain data that a file can hold. A program is a protocol without
 * branches: a litmus test of the kernel.
 */
import type { Parameters, Template } from "./call.ts";
import { type Budget, defineProtocol, type Protocol } from "./protocol.ts";
import { script } from "./script.ts";

export interface Program {
  /** What it shows, in one sentence. */
  readonly says?: string;
  /** What each role does, call by call; whatever comes back, it goes on to the next one, and rests after the last. */
  readonly processes: Readonly<Record<string, readonly Template[]>>;
  /** Roles that are there at the start, each in a session and a group of its own; the others are started by them. */
  readonly start: readonly string[];
  /** What a client does, or `papaya` for what they usually do; without it there is none. */
  readonly client?: readonly Template[] | "papaya";
  readonly parameters?: Partial<Parameters>;
  /** Lines that are in the log before anything starts. */
  readonly stored?: number;
  readonly faults?: Budget;
  /** Whether a write may be seen half done by whoever reads without a lock, as it may unless this says no. */
  readonly tornWrites?: boolean;
}

/** The protocol that a program stands for. */
export const protocolOf = (program: Program, id: string): Protocol => {
  const { says = "", processes, start, client, parameters = {}, stored = 0, faults = {} } = program;
  const scripts = Object.entries(processes).map(([role, calls]) => [role, script(...calls)]);
  return defineProtocol({
    id,
    says,
    machines: Object.fromEntries(scripts),
    start: start.map((role) => ({ role, group: role, session: role })),
    ...(client === "papaya" ? {} : { client: script(...(client ?? [])) }),
    parameters,
    bounds: { clients: client === undefined ? 0 : 1, stored, faults },
    tornWrites: program.tornWrites ?? true,
  });
};
