/**
 * The product of the world and the observers, on integers: what can happen in a state, as writes to its columns. Every
 * part is computed by the plain kernel and the plain observers, once for each combination of what they read.
 */
import {
  type Action,
  type Finding,
  judge,
  type ProcessName,
  type Property,
  type Setting,
  type Store,
  type TraceEvent,
} from "../../model/index.ts";
import { type Cells, rosterCell, type Value } from "../kernel/index.ts";
import { quiescentEvent } from "../quiescence.ts";
import { callsOf, faultsTo, Overlay, type Transition } from "../transition.ts";
import { type Columns, canonical } from "./columns.ts";
import { Memo } from "./memo.ts";

/** Columns and the numbers of their new values, in pairs. */
export type Writes = Int32Array;

/** What the observers make of a step: their own writes, and what it told about the properties. */
export interface Note {
  readonly writes: Writes;
  readonly findings: readonly Finding[];
}

/** A transition, on integers. */
export interface Edge {
  readonly action: Action;
  /** The number of the process among all processes seen so far. */
  readonly process: number;
  readonly events: readonly TraceEvent[];
  readonly writes: Writes;
  readonly note: Memo<Note> | null;
  /** Whether some state has taken it. */
  taken: boolean;
}

/** The cells of observers, where they are kept among those of the world. */
export const asStore = (cells: Cells): Store => ({
  read: (cell) => cells.get<Value>({ name: cell }),
  write: (cell, value) => cells.set<Value>({ name: cell }, value),
});

export class Product {
  readonly edges: Edge[] = [];
  private readonly processNames: ProcessName[] = [];
  private readonly processNumbers = new Map<string, number>();
  private readonly own: Memo<readonly Edge[]>[] = [];
  private readonly faults: Memo<readonly Edge[]>[] = [];
  private readonly notes = new Map<string, Memo<Note>>();
  private readonly rosters: (readonly number[] | undefined)[] = [];
  private readonly rosterColumn: number;
  private readonly verdicts: Memo<readonly Finding[]>;

  constructor(
    private readonly setting: Setting,
    private readonly properties: readonly Property[],
    private readonly columns: Columns,
  ) {
    this.rosterColumn = columns.numberOf(rosterCell.name);
    this.verdicts = new Memo(columns, (cells) =>
      judge(properties, setting, asStore(new Overlay(cells)), quiescentEvent(setting, cells)),
    );
  }

  /** The numbers of the processes that exist in a state. */
  processesIn(vector: Int32Array): readonly number[] {
    const roster = vector[this.rosterColumn]!;
    const known = this.rosters[roster];
    if (known !== undefined) return known;
    const names = this.columns.valueOf(this.rosterColumn, roster) as readonly ProcessName[];
    const numbers = names.map((name) => this.numberOf(name));
    this.rosters[roster] = numbers;
    return numbers;
  }

  /** What a process itself can do next. */
  callsOf(process: number, vector: Int32Array): readonly Edge[] {
    return this.own[process]!.at(vector);
  }

  /** What the environment can do to it. */
  faultsTo(process: number, vector: Int32Array): readonly Edge[] {
    return this.faults[process]!.at(vector);
  }

  /** What the properties say of a state in which nothing can move. */
  quiescenceOf(vector: Int32Array): readonly Finding[] {
    return this.verdicts.at(vector);
  }

  /** How often plain code had to run. */
  get misses(): number {
    const sum = (memos: Iterable<Memo<unknown>>) =>
      [...memos].reduce((total, { misses }) => total + misses, 0);
    return sum(this.own) + sum(this.faults) + sum(this.notes.values()) + this.verdicts.misses;
  }

  intern(writes: ReadonlyMap<string, Value>): Writes {
    const pairs = [...writes].flatMap(([cell, value]) => {
      const column = this.columns.numberOf(cell);
      return [column, this.columns.intern(column, value)];
    });
    return Int32Array.from(pairs);
  }

  private numberOf(name: ProcessName): number {
    const known = this.processNumbers.get(name);
    if (known !== undefined) return known;
    const number = this.processNames.push(name) - 1;
    this.processNumbers.set(name, number);
    this.own.push(
      new Memo(this.columns, (cells) =>
        callsOf(this.setting, cells, name).map((transition) => this.edge(number, transition)),
      ),
    );
    this.faults.push(
      new Memo(this.columns, (cells) =>
        faultsTo(this.setting, cells, name).map((transition) => this.edge(number, transition)),
      ),
    );
    return number;
  }

  private edge(process: number, { action, events, writes }: Transition): Edge {
    const edge: Edge = {
      action,
      process,
      events,
      writes: this.intern(writes),
      note: this.noteOn(events),
      taken: false,
    };
    this.edges.push(edge);
    return edge;
  }

  private noteOn(events: readonly TraceEvent[]): Memo<Note> | null {
    if (this.properties.length === 0) return null;
    const key = canonical(events as unknown as Value);
    const known = this.notes.get(key);
    if (known !== undefined) return known;
    const memo = new Memo<Note>(this.columns, (cells) => {
      const overlay = new Overlay(cells);
      const store = asStore(overlay);
      const findings = events.flatMap((event) => judge(this.properties, this.setting, store, event));
      return { writes: this.intern(overlay.writes), findings };
    });
    this.notes.set(key, memo);
    return memo;
  }
}
