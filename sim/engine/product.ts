/**
 * The product of the world and the observers, on integers: what can happen in a state, as effects on its blocks. Every
 * part is computed by the plain kernel and the plain observers, once for each combination of what they read.
 */
import type { Action, Finding, ProcessName, Property, Setting, TraceEvent } from "../../model/index.ts";
import { rosterCell, type Value } from "../kernel/index.ts";
import type { Transition } from "../transition.ts";
import type { Blocks } from "./blocks.ts";
import { canonical } from "./canonical.ts";
import { type Effect, Effects } from "./effect.ts";
import { Memo, Recorder } from "./memo.ts";
import { type Kind, Semantics } from "./semantics.ts";
import { type Slice, whole } from "./slice.ts";

/** What the observers make of a step: their own effects, and what it told about the properties. */
export interface Note {
  /** Its number among all that was learnt. */
  readonly id: number;
  readonly effects: readonly Effect[];
  readonly findings: readonly Finding[];
  /** The columns that decided it. */
  readonly reads: readonly number[];
}

/** What a step tells. */
export interface Told {
  readonly events: readonly TraceEvent[];
  /** The events as text, equal exactly for equal events; and the same whatever their order is. */
  readonly told: string;
  readonly toldInAnyOrder: string;
}

/** A transition, on integers. */
export interface Edge extends Told {
  readonly action: Action;
  /** The number of the process among all processes seen so far. */
  readonly process: number;
  readonly effects: readonly Effect[];
  readonly note: Memo<Note> | null;
  /** Whether some state has taken it. */
  taken: boolean;
}

/** What can happen to one process in a state, and the columns that decided it. */
export interface Moves {
  /** Its number among all that was learnt. */
  readonly id: number;
  readonly kind: Kind;
  readonly process: number;
  readonly edges: readonly Edge[];
  readonly reads: readonly number[];
  /** A state in which it was learnt. */
  readonly vector: Int32Array;
}

/** Is told of everything that is learnt about a state. */
export interface Witness {
  moves(vector: Int32Array, moves: Moves): void;
  note(told: Told, vector: Int32Array, note: Note): void;
  rest(vector: Int32Array, findings: readonly Finding[]): void;
}

/** One call may tell of several things that have no order among them, such as signals to the members of a group. */
export const toldIn = (events: readonly TraceEvent[]): Told => {
  const texts = (events as unknown as readonly Value[]).map(canonical);
  return { events, told: `[${texts.join(",")}]`, toldInAnyOrder: [...texts].sort().join(" ") };
};

export class Product {
  readonly edges: Edge[] = [];
  readonly effects: Effects;
  private readonly processNames: ProcessName[] = [];
  private readonly processNumbers = new Map<string, number>();
  private readonly own: Memo<Moves>[] = [];
  private readonly faults: Memo<Moves>[] = [];
  /** How much was learnt: what processes can do, and what observers make of it, in one situation each. */
  learnt = 0;
  private readonly notes = new Map<string, Memo<Note>>();
  /** The same, whatever the order of the events is. */
  private readonly notesByEvents = new Map<string, Memo<Note>>();
  private readonly rosters: (readonly number[] | undefined)[] = [];
  private readonly rosterBlock: number;
  private readonly verdicts: Memo<readonly Finding[]>;
  readonly witnesses: Witness[] = [];
  private readonly semantics: Semantics;

  constructor(
    readonly setting: Setting,
    private readonly properties: readonly Property[],
    readonly blocks: Blocks,
    slice: Slice = whole,
  ) {
    this.semantics = new Semantics(setting, properties, slice);
    this.effects = new Effects(blocks);
    const roster = blocks.columnOf(rosterCell.name);
    blocks.noteRead(roster);
    this.rosterBlock = blocks.blockOf(roster);
    this.verdicts = new Memo<readonly Finding[]>(
      blocks,
      this.rosterBlock,
      (cells) => this.semantics.restOf(cells),
      (vector, findings) => this.tell((witness) => witness.rest(vector, findings)),
    );
  }

  /** The numbers of the processes that exist in a state. */
  processesIn(vector: Int32Array): readonly number[] {
    const roster = vector[this.rosterBlock]!;
    const known = this.rosters[roster];
    if (known !== undefined) return known;
    const names = this.blocks.valueIn(vector, rosterCell) ?? [];
    const numbers = names.map((name) => this.numberOf(name));
    this.rosters[roster] = numbers;
    return numbers;
  }

  /** How many processes there have been so far. */
  get processCount(): number {
    return this.processNames.length;
  }

  nameOf(process: number): ProcessName {
    return this.processNames[process]!;
  }

  /** What a process itself can do next. */
  callsOf(process: number, vector: Int32Array): Moves {
    return this.own[process]!.at(vector);
  }

  /** What the environment can do to it. */
  faultsTo(process: number, vector: Int32Array): Moves {
    return this.faults[process]!.at(vector);
  }

  /**
   * The same in a state that may never come up: nothing is learnt of it. Whoever looks at what was left out is noticed there
   * all the same: it may have come up, and be left out only because what happens in it was taken for the same as elsewhere.
   */
  imagine({ kind, process }: Moves, vector: Int32Array): Moves {
    const known = (kind === "calls" ? this.own : this.faults)[process]!.known(vector);
    if (known !== undefined) return known;
    const recorder = new Recorder(this.blocks, vector);
    const edges = this.semantics
      .movesOf(kind, recorder, this.nameOf(process))
      .map(({ action, events, writes }) => ({
        ...{ action, process, ...toldIn(events), note: null, taken: false },
        effects: this.effects.of(writes),
      }));
    return { id: -1, kind, process, edges, reads: recorder.reads, vector };
  }

  /** What the observers would make of a step in a state that may never come up. */
  imagineNote({ events, note }: Edge, vector: Int32Array): Note {
    const known = note?.known(vector);
    if (known !== undefined) return known;
    const recorder = new Recorder(this.blocks, vector);
    const { writes, findings } = this.semantics.noteOn(events, recorder);
    return { id: -1, reads: recorder.reads, effects: this.effects.of(writes), findings };
  }

  /** What the properties say of a state in which nothing can move. */
  quiescenceOf(vector: Int32Array): readonly Finding[] {
    return this.verdicts.at(vector);
  }

  /** How often plain code had to run. */
  get misses(): number {
    const sum = (memos: Iterable<{ readonly misses: number }>) =>
      [...memos].reduce((total, { misses }) => total + misses, 0);
    return sum(this.own) + sum(this.faults) + sum(this.notes.values()) + this.verdicts.misses;
  }

  numberOf(name: ProcessName): number {
    const known = this.processNumbers.get(name);
    if (known !== undefined) return known;
    const number = this.processNames.push(name) - 1;
    this.processNumbers.set(name, number);
    const home = this.blocks.blockNamed(name);
    const moves = (kind: Kind) =>
      new Memo<Moves>(
        this.blocks,
        home,
        (cells, reads, recorder) => ({
          ...{ id: this.learnt++, kind, process: number, reads },
          vector: recorder.vector.slice(0, this.blocks.count),
          edges: this.semantics.movesOf(kind, cells, name).map((transition) => this.edge(number, transition)),
        }),
        (vector, learnt) => this.tell((witness) => witness.moves(vector, learnt)),
      );
    this.own.push(moves("calls"));
    this.faults.push(moves("faults"));
    return number;
  }

  /** What the observers make of a step that tells this, in the order in which the kernel has it. */
  noteLike(toldInAnyOrder: string): Memo<Note> | undefined {
    return this.notesByEvents.get(toldInAnyOrder);
  }

  /** What the observers make of some events; null where nobody looks. */
  private noteOn(told: Told, process: ProcessName): Memo<Note> | null {
    if (this.properties.length === 0) return null;
    const known = this.notes.get(told.told);
    if (known !== undefined) return known;
    const home = this.blocks.blockNamed(process);
    const memo = new Memo<Note>(
      this.blocks,
      home,
      (cells, reads) => {
        const { writes, findings } = this.semantics.noteOn(told.events, cells);
        return { id: this.learnt++, reads, effects: this.effects.of(writes), findings };
      },
      (vector, learnt) => this.tell((witness) => witness.note(told, vector, learnt)),
    );
    this.notes.set(told.told, memo);
    this.notesByEvents.set(told.toldInAnyOrder, memo);
    return memo;
  }

  private edge(process: number, { action, events, writes }: Transition): Edge {
    const told = toldIn(events);
    const edge: Edge = {
      action,
      process,
      ...told,
      effects: this.effects.of(writes),
      note: this.noteOn(told, action.process),
      taken: false,
    };
    this.edges.push(edge);
    return edge;
  }

  private tell(what: (witness: Witness) => void): void {
    for (const witness of this.witnesses) what(witness);
  }
}
