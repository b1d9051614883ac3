/**
 * The state of a simulated world, cut into cells: small named values, each read and written by few calls. Kernel code
 * sees the world only through a {@link Cells}, which is how the engine learns exactly what a step depends on.
 */
import type { DescriptorName, ProcessName, Signal } from "../../model/index.ts";
import type { LocalState } from "../../model/machine.ts";

/** Plain data; `null` is the value of a cell that nobody has written. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** A typed name of a cell. */
export interface Cell<T> {
  readonly name: string;
  /** Carries the type only. */
  readonly type?: T;
}

export interface Cells {
  get<T>(cell: Cell<T>): T | null;
  set<T>(cell: Cell<T>, value: T | null): void;
}

/** An open file description, shared by every descriptor that was duplicated or inherited. */
export interface Description {
  readonly object:
    | {
        readonly kind: "file";
        readonly path: string;
        readonly access: "read" | "write";
        readonly append: boolean;
      }
    /** `connection` is empty for a lifeline. */
    | {
        readonly kind: "socket";
        readonly connection: string;
        readonly input: StreamId;
        readonly output: StreamId;
      }
    | { readonly kind: "listener" };
  /** Descriptors, in all processes, that refer to it. */
  readonly references: number;
}
export type DescriptionId = string;
export type StreamId = string;

/** One direction of a socket. */
export interface Stream {
  readonly bytes: string;
  /**
   * `closed`: the writer has gone, and over TCP whoever writes to it does not know yet: one more write is taken, and lost.
   * `reset`: it closed with input of its own unread, and its reader is told so once, after the bytes.
   * `over`: it has gone, and everything has been told.
   */
  readonly writer: "open" | "closed" | "reset" | "over";
  readonly reader: "open" | "closed";
}

export interface File {
  readonly content: string;
  /** A write(2) under way. Other writes and truncations wait for it, and so does whoever moves its description's offset. */
  readonly writing: {
    readonly process: ProcessName;
    readonly description: DescriptionId;
    readonly at: number;
  } | null;
}

/** What the kernel keeps of a process, besides its machine and its signals. */
export interface Process {
  readonly role: string;
  /** The connection whose cluster it belongs to, or empty. */
  readonly cluster: string;
  readonly status: "running" | "stopped" | "zombie";
  readonly parent: ProcessName | "";
  readonly group: string;
  readonly session: string;
  /** Whether it leads its session: then it stays in its group. */
  readonly leader: boolean;
  readonly descriptors: Readonly<Record<DescriptorName, DescriptionId>>;
}

export interface Zombie {
  readonly name: ProcessName;
  /** Whether a signal killed it. */
  readonly killed: boolean;
}

export interface Port {
  /** The listening description, or empty. */
  readonly listener: DescriptionId;
  /** Whether it has ever been open: before, clients wait; afterwards they are refused. */
  readonly opened: boolean;
  /** Connections that nobody has accepted yet, oldest first. */
  readonly backlog: readonly string[];
}

export interface Group {
  readonly session: string;
  readonly members: readonly ProcessName[];
}

const cell = <T>(name: string): Cell<T> => ({ name });

/** Cells of a kind, one for each entity: every cell is named once, and asked for again and again. */
const cellsOf = <T, E extends string = string>(kind: string): ((entity: E) => Cell<T>) => {
  const known = new Map<E, Cell<T>>();
  return (entity) => {
    const found = known.get(entity);
    if (found !== undefined) return found;
    const named = cell<T>(`${kind}/${entity}`);
    known.set(entity, named);
    return named;
  };
};

export const processCell = cellsOf<Process, ProcessName>("process");
/** The name of the state that a process's machine is in; apart from its context, which others seldom look at. */
export const stateCell = cellsOf<string, ProcessName>("state");
export const contextCell = cellsOf<LocalState["context"], ProcessName>("context");
/** How much of a transfer that is under way has been done. */
export const movedCell = cellsOf<number, ProcessName>("moved");
const signalCells = new Map<ProcessName, (signal: Signal) => Cell<LocalState>>();
export const signalCell = (process: ProcessName, signal: Signal): Cell<LocalState> => {
  const ofProcess = signalCells.get(process) ?? cellsOf<LocalState, Signal>(`signal/${process}`);
  signalCells.set(process, ofProcess);
  return ofProcess(signal);
};
export const zombiesCell = cellsOf<readonly Zombie[], ProcessName>("zombies");
/** How many children of a process live. Those that have ended are its zombies, or gone. */
export const childrenCell = cellsOf<number, ProcessName>("children");
export const startedCell = cellsOf<number, ProcessName>("started");
export const descriptionCell = cellsOf<Description, DescriptionId>("description");
/** Where the next transfer through a description of a file begins; apart, since O_APPEND and pread do not look at it. */
export const offsetCell = cellsOf<number, DescriptionId>("offset");
export const fileCell = cellsOf<File>("file");
export const lockCell = cellsOf<LocalState>("lock");
export const streamCell = cellsOf<Stream, StreamId>("stream");
export const groupCell = cellsOf<Group>("group");
export const portCell = cell<Port>("port");
export const budgetCell = cell<Readonly<Record<string, number>>>("budget");
/** The processes that exist, zombies included, in the order of their names. */
export const rosterCell = cell<readonly ProcessName[]>("roster");
