/**
 * What the runs of a setting have found out about it: what each process could do in every situation that came up, and what
 * the observers made of it. All of it is learnt from the plain kernel and the plain observers, so it makes runs fast, and no
 * difference: no run can tell whether another one came before it.
 *
 * It takes only so much memory. When that is used up nothing more is learnt, and the next run begins with a new one.
 */
import { judge, type ProcessName, type Property, type Setting } from "../../model/index.ts";
import { stateCell, type Value } from "../kernel/index.ts";
import { quiescentEvent } from "../quiescence.ts";
import { asStore, callsOf, Overlay } from "../transition.ts";
import { initialWorld, type World } from "../world.ts";
import { type Change, changeOf } from "./change.ts";
import { type Edge, type EventFinding, edgeOf, type Moves } from "./edge.ts";
import { Histories } from "./histories.ts";
import { Notes } from "./notes.ts";
import { Numbering, none } from "./numbering.ts";
import { Situations } from "./situations.ts";
import { State } from "./state.ts";
import { Worth } from "./worth.ts";

/** Bytes of memory, about. */
const mostWeight = 256 * 2 ** 20;
/** Of memory, about: for an answer, and for each cell that it depends on. */
const bytesPerAnswer = 1_500;
const bytesPerCell = 8;

const nothing: readonly EventFinding[] = [];

/** What is known of one process. */
interface Known {
  readonly name: ProcessName;
  /** The cell that says in which state its machine is. */
  readonly state: number;
  /** By the number of that state: what it can do. */
  readonly moves: Situations<Moves>[];
}

export class Knowledge {
  readonly numbering: Numbering;
  private readonly processes: Known[] = [];
  private readonly processNumbers = new Map<ProcessName, number>();
  private readonly notes: Notes;
  readonly histories = new Histories();
  private readonly rests = new Situations<readonly EventFinding[]>();
  private readonly start: World;
  /** What makes the initial state of an empty one, where a second run has asked for it. */
  private beginning: Change | null = null;
  private runs = 0;
  readonly worth = new Worth();

  constructor(
    readonly setting: Setting,
    private readonly properties: readonly Property[],
    most = mostWeight,
  ) {
    this.numbering = new Numbering(most);
    this.start = initialWorld(setting);
    this.notes = new Notes(setting, properties, this.numbering);
  }

  /** The initial state. */
  begin(): State {
    const state = new State(this.numbering);
    if (this.runs++ > 0) this.beginning ??= this.numbered(this.start);
    state.apply(this.beginning ?? state.holding(this.start));
    return state;
  }

  numberOf(process: ProcessName): number {
    const known = this.processNumbers.get(process);
    if (known !== undefined) return known;
    this.processNumbers.set(process, this.processes.length);
    const state = this.numbering.numberOf(stateCell(process).name);
    return this.processes.push({ name: process, state, moves: [] }) - 1;
  }

  nameOf(process: number): ProcessName {
    return this.processes[process]!.name;
  }

  /** What a process itself can do next. */
  movesOf(process: number, state: State): Moves {
    const { moves, state: cell } = this.processes[process]!;
    const at = Math.max(0, state.numberOf(cell));
    const situations = moves[at] ?? new Situations<Moves>();
    moves[at] = situations;
    const known = situations.find(state);
    this.worth.note(known !== undefined);
    return known ?? this.learnMoves(process, state, situations);
  }

  /** The same where it is not worth while to remember it. */
  findMoves(process: number, state: State): Moves {
    let edges: readonly Edge[] = [];
    const reads = state.watch(() => {
      edges = callsOf(this.setting, state, this.nameOf(process)).map((one) => edgeOf(process, one));
    });
    return { edges, reads };
  }

  /** What changes when something happens. */
  changeBy(edge: Edge, state: State): Change {
    return edge.change ?? (edge.isKept ? this.findChange(edge, state) : state.holding(edge.writes));
  }

  /** Lets the observers take note of it; says what it told of the properties. */
  hear(edge: Edge, state: State): readonly EventFinding[] {
    if (this.properties.length === 0) return nothing;
    if (edge.isKept) edge.hearing ??= this.notes.of(edge.events);
    if (edge.hearing === null) return this.notes.hearOnce(edge.events, state);
    const { told, isKnown } = this.notes.hear(edge.hearing, state);
    this.worth.note(isKnown);
    return told;
  }

  /** What the properties say where nothing can move any more. */
  restIn(state: State): readonly EventFinding[] {
    const known = this.rests.find(state);
    if (known !== undefined) return known;
    const { findings, reads } = this.findRest(state);
    this.keep(this.rests, reads, state, findings);
    return findings;
  }

  private learnMoves(process: number, state: State, situations: Situations<Moves>): Moves {
    const moves = this.findMoves(process, state);
    const shared = this.keep(situations, moves.reads, state, moves);
    if (shared === null) return moves;
    moves.reads = shared;
    for (const edge of moves.edges) edge.isKept = true;
    return moves;
  }

  private findChange(edge: Edge, state: State): Change {
    edge.change = this.numbered(edge.writes);
    return edge.change ?? state.holding(edge.writes);
  }

  /** A change to be made again and again; null where there are no numbers left for it. */
  private numbered(writes: ReadonlyMap<string, Value>): Change | null {
    const change = changeOf(this.numbering, writes);
    return change.includes(none) ? null : change;
  }

  /** The same where it is not worth while to remember it. */
  findRest(state: State): { readonly findings: readonly EventFinding[]; readonly reads: readonly number[] } {
    const { properties, setting } = this;
    const findings: EventFinding[] = [];
    const reads = state.watch(() => {
      const store = asStore(new Overlay(state));
      for (const finding of judge(properties, setting, store, quiescentEvent(setting, state)))
        findings.push({ ...finding, nth: 0 });
    });
    return { findings, reads };
  }

  private keep<L>(
    situations: Situations<L>,
    reads: readonly number[],
    state: State,
    answer: L,
  ): readonly number[] | null {
    if (this.numbering.isFull || !state.isNumbered(reads)) return null;
    this.numbering.weight += bytesPerAnswer + bytesPerCell * reads.length;
    return situations.learn(reads, state, answer);
  }
}
