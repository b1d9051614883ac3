/**
 * One run of a setting, at any size. It means what `world` means, but a process is asked again what it can do only when a cell
 * that it has looked at has changed, and only when a scheduler wants to know; and what any run of the setting has found out
 * before is known.
 */
import {
  type Action,
  type FaultName,
  type ProcessName,
  type Property,
  type QuiescentEvent,
  type Setting,
  showAction,
  showRequest,
  type TraceEvent,
} from "../model/index.ts";
import { type Cells, kernelOn, requestNow, rosterCell } from "./kernel/index.ts";
import { Candidates } from "./knowledge/candidates.ts";
import { type Deed, type Edge, type EventFinding, edgeOf, unknown } from "./knowledge/edge.ts";
import { Course, markOf } from "./knowledge/histories.ts";
import type { Knowledge } from "./knowledge/knowledge.ts";
import { Readers } from "./knowledge/readers.ts";
import type { Calls } from "./knowledge/repertoire.ts";
import { knowledgeOf } from "./knowledge/sharing.ts";
import type { State } from "./knowledge/state.ts";
import { quiescentEvent } from "./quiescence.ts";
import { faultsTo } from "./transition.ts";

/** Something that can happen next: a step that is known, or one that need not be. */
export type Turn = Deed | Edge;

/** What a process can do has to be found out. */
const unasked = -1;
/** It is not remembered, and stands with the simulation. */
const passing = -2;

const nothing: readonly EventFinding[] = [];
const nobody: readonly ProcessName[] = [];

export class Simulation {
  readonly steps: Action[] = [];
  /** What the last step told of the properties. */
  told: readonly EventFinding[] = nothing;
  private readonly state: State;
  private readonly roster: number;
  /** By process: what it can do where no cell that this depends on has changed; or one of the numbers above. */
  private readonly calls: (Calls | typeof unasked | typeof passing)[] = [];
  private readonly passingCalls: (readonly Edge[])[] = [];
  private readonly readers = new Readers();
  private readonly course: Course;
  private readonly candidates = new Candidates();

  constructor(
    readonly setting: Setting,
    properties: readonly Property[] = [],
    private readonly knowledge: Knowledge = knowledgeOf(setting, properties),
  ) {
    this.state = knowledge.begin();
    this.course = new Course(knowledge.histories);
    this.roster = knowledge.numbering.numberOf(rosterCell.name);
    for (const process of this.processes) this.candidates.add(knowledge.numberOf(process));
  }

  /** The processes that exist, zombies included, in the order of their names. */
  get processes(): readonly ProcessName[] {
    return (this.state.at(this.roster) as readonly ProcessName[] | null) ?? nobody;
  }

  /** The numbers of processes that have a call to make, or may have one: {@link countCalls} says. In a stable order. */
  get maybeEnabled(): readonly number[] {
    return this.candidates.list;
  }

  /** The process that has a number. */
  nameOf(process: number): ProcessName {
    return this.knowledge.nameOf(process);
  }

  callsOf(process: ProcessName): readonly Edge[] {
    const calls = this.ownCalls(process);
    if (calls.length === 0) this.candidates.drop(this.knowledge.numberOf(process));
    return calls;
  }

  /** How many calls a process can make. */
  countCalls(process: number): number {
    const calls = this.evaluated(process);
    const count =
      calls === passing ? this.passingCalls[process]!.length : this.knowledge.repertoire.countOf(calls);
    if (count === 0) this.candidates.drop(process);
    return count;
  }

  /** The nth of them, from 0. */
  nthCall(process: number, nth: number): Turn {
    const calls = this.evaluated(process);
    return calls === passing
      ? this.passingCalls[process]![nth]!
      : this.knowledge.repertoire.nthOf(calls, nth);
  }

  faultsTo(process: ProcessName, only?: FaultName): readonly Edge[] {
    const number = this.knowledge.numberOf(process);
    return faultsTo(this.setting, this.state, process, only).map((fault) => edgeOf(number, fault));
  }

  /** Everything that can happen next, in the order in which `world` lists it. */
  transitions(): readonly Edge[] {
    const calls = this.processes.flatMap((process) => this.ownCalls(process));
    const faults = this.processes.flatMap((process) => this.faultsTo(process));
    return [...calls, ...faults];
  }

  /** Whether nobody can go on, faults aside. */
  get isQuiescent(): boolean {
    return this.processes.every((process) => this.ownCalls(process).length === 0);
  }

  /** The transition that an action stands for; undefined where it is not enabled. */
  find(action: Action): Edge | undefined {
    const { kind, process } = action;
    if (!this.processes.includes(process)) return undefined;
    const wanted = showAction(action);
    const able = kind === "call" ? this.ownCalls(process) : this.faultsTo(process);
    return able.find((edge) => showAction(edge.action) === wanted);
  }

  /** All there is to know of what can happen. */
  edgeOf(turn: Turn): Edge {
    return typeof turn === "number" ? this.knowledge.repertoire.edgeOf(turn) : turn;
  }

  /** Lets something happen that was enabled since the last step. */
  take(turn: Turn): readonly TraceEvent[] {
    this.go(turn);
    return this.edgeOf(turn).events;
  }

  /** The same; says how many events there were. */
  go(turn: Turn): number {
    const before = this.processes;
    const deed = typeof turn === "number" ? turn : turn.deed;
    const events = typeof turn === "number" || deed !== unknown ? this.goKnown(deed) : this.goUnknown(turn);
    if (this.processes !== before) this.enroll(before);
    return events;
  }

  /** The call that a process stands before, or is blocked in; empty where there is none. */
  callOf(process: ProcessName): string {
    const request = requestNow(kernelOn(this.setting, this.state), process);
    return request === undefined ? "" : showRequest(request);
  }

  /** Everything there is, to be looked at. */
  get cells(): Cells {
    return this.state;
  }

  /** A cell's value. */
  valueOf<T>(cell: string): T | null {
    return this.state.get<T>({ name: cell });
  }

  quiescentEvent(): QuiescentEvent {
    return quiescentEvent(this.setting, this.state);
  }

  /** What the properties say where nothing can move any more. */
  quiescence(): readonly EventFinding[] {
    const { knowledge, state } = this;
    const isWorthIt =
      knowledge.worth.isGiven ||
      this.processes.every((process) => this.course.isMet(knowledge.numberOf(process)));
    return isWorthIt ? knowledge.restIn(state) : knowledge.findRest(state).findings;
  }

  private goKnown(deed: Deed): number {
    const { knowledge, state } = this;
    const { deeds, repertoire } = knowledge;
    const action = deeds.actionOf(deed);
    this.steps.push(repertoire.actionAt(action));
    this.course.goOn(deeds.processOf(deed), repertoire.markAt(action));
    this.told = knowledge.hear(deed, state);
    this.write(deed);
    return deeds.eventsOf(deed);
  }

  private goUnknown({ action, process, events, writes }: Edge): number {
    const { knowledge, state } = this;
    this.steps.push(action);
    this.course.goOn(process, markOf(action));
    this.told = knowledge.hearOnce(events, state);
    this.write(knowledge.passing(writes, state));
    return events.length;
  }

  private ownCalls(process: ProcessName): readonly Edge[] {
    const number = this.knowledge.numberOf(process);
    const calls = this.evaluated(number);
    return calls === passing ? this.passingCalls[number]! : this.knowledge.repertoire.edgesOf(calls);
  }

  private evaluated(process: number): Calls | typeof passing {
    const calls = this.calls[process] ?? unasked;
    return calls === unasked ? this.evaluate(process) : calls;
  }

  private evaluate(process: number): Calls | typeof passing {
    const { knowledge, readers, state } = this;
    const { worth } = knowledge;
    if (!worth.isGiven) worth.pass();
    const isWorthIt = worth.isGiven || this.course.isMet(process);
    const known = isWorthIt ? knowledge.callsOf(process, state) : null;
    if (known !== null) {
      this.makeRoom();
      readers.addFound(process, knowledge.situations);
      this.calls[process] = known;
      return known;
    }
    const { calls, transitions, reads } = knowledge.findCalls(process, state, isWorthIt);
    this.makeRoom();
    for (const cell of reads) readers.add(process, cell);
    this.calls[process] = calls ?? passing;
    if (calls === null) this.passingCalls[process] = transitions.map((one) => edgeOf(process, one));
    return calls ?? passing;
  }

  /** Cells and processes may have been heard of a moment ago. */
  private makeRoom(): void {
    this.readers.widen(this.state.numbers.length, this.knowledge.processCount);
  }

  /** Makes the change that stands there. */
  private write(at: number): void {
    const { readers } = this;
    const { ints } = this.knowledge.deeds;
    this.state.apply(ints, at);
    this.makeRoom();
    const end = at + 2 * ints[at]!;
    for (let pair = at + 1; pair < end; pair += 2) {
      const cell = ints[pair]!;
      const count = readers.countOf(cell);
      if (count === 0) continue;
      for (let nth = 0; nth < count; nth++) this.forget(readers.at(cell, nth));
      readers.clear(cell);
    }
  }

  /** What a process can do has to be found out anew; it may be able to go on again. */
  private forget(process: number): void {
    if ((this.calls[process] ?? unasked) === unasked) return;
    this.calls[process] = unasked;
    this.candidates.restore(process);
  }

  private enroll(before: readonly ProcessName[]): void {
    for (const process of this.processes)
      if (!before.includes(process)) this.candidates.add(this.knowledge.numberOf(process));
  }
}
