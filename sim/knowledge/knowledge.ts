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
import { Changes } from "./changes.ts";
import { type Edge, type EventFinding, edgeOf, type Moves } from "./edge.ts";
import { Histories } from "./histories.ts";
import { Notes } from "./notes.ts";
import { Numbering } from "./numbering.ts";
import { type Asked, Situations } from "./situations.ts";
import { State } from "./state.ts";
import { Worth } from "./worth.ts";

/** Bytes of memory, about, that what is known may take unless somebody says otherwise. */
export const knowledgeLimit = 256 * 2 ** 20;
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
  readonly moves: Asked[];
}

export class Knowledge {
  readonly numbering: Numbering;
  readonly changes: Changes;
  private readonly situations = new Situations();
  private readonly processes: Known[] = [];
  private readonly processNumbers = new Map<ProcessName, number>();
  private readonly notes: Notes;
  readonly histories = new Histories();
  /** What processes can do in situations that are known. */
  private readonly moves: Moves[] = [];
  /** What the properties say where nothing can move any more; and what they said. */
  private readonly rest = this.situations.add();
  private readonly rests: (readonly EventFinding[])[] = [];
  private readonly start: World;
  /** Where what makes the initial state of an empty one stands, once a second run has asked for it; below 0 before. */
  private beginning = -1;
  private runs = 0;
  readonly worth = new Worth();

  constructor(
    readonly setting: Setting,
    private readonly properties: readonly Property[],
    most = knowledgeLimit,
  ) {
    this.numbering = new Numbering(most);
    this.start = initialWorld(setting);
    this.changes = new Changes(this.numbering);
    this.notes = new Notes(setting, properties, this.numbering, this.situations);
  }

  /** The initial state. */
  begin(): State {
    const state = new State(this.numbering);
    if (this.runs++ > 0 && this.beginning < 0) this.beginning = this.changes.keep(this.start);
    const at = this.beginning >= 0 ? this.beginning : this.passing(this.start, state);
    state.apply(this.changes.ints, at);
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
    const asked = moves[at] ?? this.situations.add();
    moves[at] = asked;
    const found = this.situations.find(asked, state);
    if (this.worth.isGiven) this.worth.note(found >= 0);
    return found >= 0 ? this.moves[this.situations.at(found)]! : this.learnMoves(process, state, asked);
  }

  /** The same where it is not worth while to remember it. */
  findMoves(process: number, state: State): Moves {
    let edges: readonly Edge[] = [];
    const reads = state.watch(() => {
      edges = callsOf(this.setting, state, this.nameOf(process)).map((one) => edgeOf(process, one));
    });
    return { edges, reads };
  }

  /** Where what changes stands when something happens; until something else does. */
  changeBy(edge: Edge, state: State): number {
    if (edge.change >= 0) return edge.change;
    if (edge.isKept) edge.change = this.changes.keep(edge.writes);
    return edge.change >= 0 ? edge.change : this.passing(edge.writes, state);
  }

  /** Lets the observers take note of it; says what it told of the properties. */
  hear(edge: Edge, state: State): readonly EventFinding[] {
    if (this.properties.length === 0) return nothing;
    if (!edge.isKept) return this.notes.hearOnce(edge.events, state);
    const { told, isKnown } = this.notes.hear(edge, state);
    if (this.worth.isGiven) this.worth.note(isKnown);
    return told;
  }

  /** What the properties say where nothing can move any more. */
  restIn(state: State): readonly EventFinding[] {
    const found = this.situations.find(this.rest, state);
    if (found >= 0) return this.rests[this.situations.at(found)]!;
    const { findings, reads } = this.findRest(state);
    if (this.keep(this.rest, reads, state, this.rests.length) !== null) this.rests.push(findings);
    return findings;
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

  private learnMoves(process: number, state: State, asked: Asked): Moves {
    const moves = this.findMoves(process, state);
    const shared = this.keep(asked, moves.reads, state, this.moves.length);
    if (shared === null) return moves;
    this.moves.push(moves);
    moves.reads = shared;
    for (const edge of moves.edges) edge.isKept = true;
    return moves;
  }

  private passing(writes: ReadonlyMap<string, Value>, state: State): number {
    return this.changes.pass(writes, (cell, value) => state.hold(cell, value));
  }

  private keep(
    asked: Asked,
    reads: readonly number[],
    state: State,
    answer: number,
  ): readonly number[] | null {
    if (this.numbering.isFull || !state.isNumbered(reads)) return null;
    this.numbering.weight += bytesPerAnswer + bytesPerCell * reads.length;
    return this.situations.learn(asked, reads, state, [answer]);
  }
}
