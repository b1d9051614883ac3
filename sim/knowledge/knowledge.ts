/**
 * What the runs of a setting have found out about it: what each process could do in every situation that came up, and what
 * the observers made of it. All of it is learnt from the plain kernel and the plain observers, so it makes runs fast, and no
 * difference: no run can tell whether another one came before it.
 *
 * It takes only so much memory. When that is used up nothing more is learnt, and the next run begins with a new one.
 */
import { judge, type ProcessName, type Property, type Setting, type TraceEvent } from "../../model/index.ts";
import { stateCell, type Value } from "../kernel/index.ts";
import { quiescentEvent } from "../quiescence.ts";
import { asStore, callsOf, Overlay, type Transition } from "../transition.ts";
import { initialWorld, type World } from "../world.ts";
import { Deeds } from "./deeds.ts";
import type { Deed, EventFinding } from "./edge.ts";
import { Histories } from "./histories.ts";
import { Notes } from "./notes.ts";
import { Numbering } from "./numbering.ts";
import { type Calls, Repertoire } from "./repertoire.ts";
import { type Asked, Situations } from "./situations.ts";
import { State } from "./state.ts";
import { Worth } from "./worth.ts";

/** Bytes of memory, about, that what is known may take unless somebody wants less. Places in larger tables would have no number. */
export const knowledgeLimit = 256 * 2 ** 20;

const nothing: readonly EventFinding[] = [];

/** What is known of one process. */
interface Known {
  readonly name: ProcessName;
  /** The cell that says in which state its machine is. */
  readonly state: number;
  /** By the number of that state: the question what it can do. */
  readonly questions: Asked[];
}

/** What a process can do, as the plain kernel says. */
interface Moves {
  readonly transitions: readonly Transition[];
  /** The same where it is remembered from now on. */
  readonly calls: Calls | null;
  /** The cells that it depends on. */
  readonly reads: readonly number[];
}

export class Knowledge {
  readonly numbering: Numbering;
  readonly deeds: Deeds;
  readonly repertoire: Repertoire;
  readonly situations: Situations;
  private readonly processes: Known[] = [];
  private readonly processNumbers = new Map<ProcessName, number>();
  private readonly notes: Notes;
  readonly histories = new Histories();
  /** What the properties say where nothing can move any more; and what they said. */
  private readonly rest: Asked;
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
    this.start = initialWorld(setting);
    this.numbering = new Numbering(Math.min(most, knowledgeLimit));
    this.situations = new Situations(this.numbering);
    this.deeds = new Deeds(this.numbering);
    this.repertoire = new Repertoire(this.numbering, this.deeds);
    this.notes = new Notes(setting, properties, this.numbering, this.situations, this.deeds, this.repertoire);
    this.rest = this.situations.add();
  }

  /** The initial state. */
  begin(): State {
    const state = new State(this.numbering);
    if (this.runs++ > 0 && this.beginning < 0) this.beginning = this.keptStart();
    const at = this.beginning >= 0 ? this.beginning : this.passing(this.start, state);
    state.apply(this.deeds.ints, at);
    return state;
  }

  numberOf(process: ProcessName): number {
    const known = this.processNumbers.get(process);
    if (known !== undefined) return known;
    this.processNumbers.set(process, this.processes.length);
    const state = this.numbering.numberOf(stateCell(process).name);
    return this.processes.push({ name: process, state, questions: [] }) - 1;
  }

  get processCount(): number {
    return this.processes.length;
  }

  nameOf(process: number): ProcessName {
    return this.processes[process]!.name;
  }

  /** What a process itself can do next, where that is known: `situations` say what it depends on. Else null. */
  callsOf(process: number, state: State): Calls | null {
    const found = this.situations.find(this.questionOf(process, state), state);
    if (this.worth.isGiven) this.worth.note(found >= 0);
    return found < 0 ? null : (this.situations.at(found) as Calls);
  }

  /** The same by asking the plain kernel. With `isWorthIt` it is remembered, if there is room. */
  findCalls(process: number, state: State, isWorthIt: boolean): Moves {
    let transitions: readonly Transition[] = [];
    const reads = state.watch(() => {
      transitions = callsOf(this.setting, state, this.nameOf(process));
    });
    const calls = isWorthIt ? this.learnCalls(process, state, transitions, reads) : null;
    return { transitions, calls, reads };
  }

  /** Where that stands which something new changes; until something else does. */
  passing(writes: ReadonlyMap<string, Value>, state: State): number {
    return this.deeds.pass(writes, (cell, value) => state.hold(cell, value));
  }

  /** Lets the observers take note of a step that is known; says what it told of the properties. */
  hear(deed: Deed, state: State): readonly EventFinding[] {
    if (this.properties.length === 0) return nothing;
    const { told, isKnown } = this.notes.hear(deed, state);
    if (this.worth.isGiven) this.worth.note(isKnown);
    return told;
  }

  /** The same of one that is not. */
  hearOnce(events: readonly TraceEvent[], state: State): readonly EventFinding[] {
    return this.properties.length === 0 ? nothing : this.notes.hearOnce(events, state);
  }

  /** What the properties say where nothing can move any more. */
  restIn(state: State): readonly EventFinding[] {
    const found = this.situations.find(this.rest, state);
    if (found >= 0) return this.rests[this.situations.at(found)]!;
    const { findings, reads } = this.findRest(state);
    if (this.keep(this.rest, reads, state, this.rests.length)) this.rests.push(findings);
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

  private questionOf(process: number, state: State): Asked {
    const { questions, state: cell } = this.processes[process]!;
    const at = Math.max(0, state.numberOf(cell));
    const asked = questions[at] ?? this.situations.add();
    questions[at] = asked;
    return asked;
  }

  private learnCalls(
    process: number,
    state: State,
    transitions: readonly Transition[],
    reads: readonly number[],
  ): Calls | null {
    if (this.numbering.isFull) return null;
    const calls = this.repertoire.callsFor(process, transitions);
    return calls !== null && this.keep(this.questionOf(process, state), reads, state, calls) ? calls : null;
  }

  private keptStart(): number {
    const at = this.deeds.passNumbered(this.start);
    if (this.deeds.textAt(at) === null) return -1;
    this.deeds.keep(at, -1, -1, 0);
    return at;
  }

  private keep(asked: Asked, reads: readonly number[], state: State, answer: number): boolean {
    const { numbering, situations } = this;
    return !numbering.isFull && state.isNumbered(reads) && situations.learn(asked, reads, state, [answer]);
  }
}
