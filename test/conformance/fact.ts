/**
 * Facts about the kernel as values: a small protocol, and every way in which it can turn out. The simulated arm is
 * `simulated.ts`; an arm on the real kernel can run the same values, for no script asks for more than a real process has
 * (only those with faults in their bounds need somebody to strike).
 */
import {
  type Bounds,
  type CallName,
  defaultParameters,
  defineProtocol,
  type Parameters,
  type ProcessMachine,
  type Protocol,
} from "../../model/index.ts";

/** What an outcome tells: results of these calls, the log's content at the end, who is left as a zombie. */
export type Told = CallName | "log" | "zombies";

export interface Fact {
  /** The statement. A number in brackets is its place in the list of kernel facts that the kernel must respect. */
  readonly says: string;
  readonly protocol: Protocol;
  readonly tells: readonly Told[];
  /** Every outcome that there is, and no other: `A: ok; B: EWOULDBLOCK, waits in flock`. */
  readonly outcomes: readonly string[];
}

/**
 * Whether real processes need help to give all its outcomes: nobody can make a real kernel stop in the middle of a write,
 * fill a disk, or fill a socket so soon. Then the gate makes the write in parts, or gives its result.
 */
export const isStaged = ({ protocol: { tornWrites, bounds, parameters } }: Fact): boolean =>
  tornWrites ||
  (bounds.faults["short-write"] ?? 0) > 0 ||
  (bounds.faults["disk-full"] ?? 0) > 0 ||
  parameters.socketBuffer < defaultParameters.socketBuffer;

/** How a fact is set up, where it is not as usual: one first process, alone in session and group, and no faults. */
export interface Circumstances {
  readonly tells: readonly Told[];
  readonly outcomes: readonly string[];
  /** Roles that are there at the start, each in a session and a group of its own; the others are started by them. */
  readonly start?: readonly string[];
  readonly client?: ProcessMachine;
  readonly parameters?: Partial<Parameters>;
  readonly bounds?: Partial<Bounds>;
  readonly tornWrites?: boolean;
}

export const fact = (
  says: string,
  machines: Readonly<Record<string, ProcessMachine>>,
  { tells, outcomes, start, client, parameters, bounds, tornWrites }: Circumstances,
): Fact => ({
  says,
  tells,
  outcomes,
  protocol: defineProtocol({
    id: "fact",
    says,
    machines,
    start: (start ?? Object.keys(machines).slice(0, 1)).map((role) => ({ role, group: role, session: role })),
    ...(client === undefined ? {} : { client }),
    ...(parameters === undefined ? {} : { parameters }),
    bounds: { clients: client === undefined ? 0 : 1, ...bounds },
    tornWrites: tornWrites ?? false,
  }),
});
