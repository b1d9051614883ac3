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
import { type Edge, type EventFinding, edgeOf, type Moves } from "./knowledge/edge.ts";
import { Course, markOf } from "./knowledge/histories.ts";
import type { Knowledge } from "./knowledge/knowledge.ts";
import { Readers } from "./knowledge/readers.ts";
import { knowledgeOf } from "./knowledge/sharing.ts";
import type { State } from "./knowledge/state.ts";
import { quiescentEvent } from "./quiescence.ts";
import { faultsTo } from "./transition.ts";

const nothing: readonly EventFinding[] = [];
const nobody: readonly ProcessName[] = [];

export class Simulation {
  readonly steps: Action[] = [];
  /** What the last step told of the properties. */
  told: readonly EventFinding[] = nothing;
  private readonly state: State;
  private readonly roster: number;
  /** By process: what it can do, where no cell that this depends on has changed. */
  private readonly evaluations: (Moves | undefined)[] = [];
  private readonly readers = new Readers();
  private readonly course: Course;
  /** Processes that may have a call to make: all but those that are known to be blocked. */
  private readonly candidates: ProcessName[] = [];
  /** By process: how often it stands among them. */
  private readonly listed: number[] = [];

  constructor(
    readonly setting: Setting,
    properties: readonly Property[] = [],
    private readonly knowledge: Knowledge = knowledgeOf(setting, properties),
  ) {
    this.state = knowledge.begin();
    this.course = new Course(knowledge.histories);
    this.roster = knowledge.numbering.numberOf(rosterCell.name);
    for (const process of this.processes) this.enlist(process);
  }

  /** The processes that exist, zombies included, in the order of their names. */
  get processes(): readonly ProcessName[] {
    return (this.state.at(this.roster) as readonly ProcessName[] | null) ?? nobody;
  }

  /** Processes that have a call to make, or may have one; ask {@link callsOf} to be sure. In a stable order. */
  get maybeEnabled(): readonly ProcessName[] {
    return this.candidates;
  }

  callsOf(process: ProcessName): readonly Edge[] {
    const calls = this.ownCalls(process);
    if (calls.length === 0) this.drop(process);
    return calls;
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

  /** Lets something happen that was enabled since the last step. */
  take(edge: Edge): readonly TraceEvent[] {
    const { knowledge, state } = this;
    this.steps.push(edge.action);
    edge.mark ??= markOf(edge.action);
    this.course.goOn(edge.process, edge.mark);
    const before = this.processes;
    this.told = knowledge.hear(edge, state);
    this.write(knowledge.changeBy(edge, state));
    if (this.processes !== before) this.enroll(new Set(before));
    return edge.events;
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

  private ownCalls(process: ProcessName): readonly Edge[] {
    const number = this.knowledge.numberOf(process);
    return (this.evaluations[number] ?? this.evaluate(number)).edges;
  }

  private evaluate(process: number): Moves {
    const { knowledge, state } = this;
    if (!knowledge.worth.isGiven) knowledge.worth.pass();
    const moves =
      knowledge.worth.isGiven || this.course.isMet(process)
        ? knowledge.movesOf(process, state)
        : knowledge.findMoves(process, state);
    this.evaluations[process] = moves;
    this.readers.widen(this.state.numbers.length);
    this.readers.add(process, moves.reads);
    return moves;
  }

  /** Makes the change that stands there. */
  private write(at: number): void {
    const { readers } = this;
    const { ints } = this.knowledge.changes;
    this.state.apply(ints, at);
    readers.widen(this.state.numbers.length);
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
    if (this.evaluations[process] === undefined) return;
    this.evaluations[process] = undefined;
    if (this.listed[process] === 0) this.enlist(this.knowledge.nameOf(process));
  }

  private enroll(before: ReadonlySet<ProcessName>): void {
    for (const process of this.processes) if (!before.has(process)) this.enlist(process);
  }

  private enlist(process: ProcessName): void {
    const number = this.knowledge.numberOf(process);
    this.candidates.push(process);
    this.listed[number] = (this.listed[number] ?? 0) + 1;
  }

  private drop(process: ProcessName): void {
    const at = this.candidates.indexOf(process);
    if (at < 0) return;
    this.listed[this.knowledge.numberOf(process)]!--;
    const last = this.candidates.pop();
    if (last !== undefined && last !== process) this.candidates[at] = last;
  }
}
