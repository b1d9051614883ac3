/** Lets one step of one process through, and waits until everything that follows from it has happened. */
import {
  type ExitEvent,
  type Expectation,
  machineFor,
  type ObservedProcess,
  type PredictedStep,
  type Prediction,
  type ProcessName,
  type Request,
  type Result,
  roleOf,
  type Signal,
  showRequest,
  showResult,
  type TraceEvent,
} from "../../model/index.ts";
import { returnEvent } from "../recording.ts";
import { Reasons } from "./blocking.ts";
import { Diverged, placeIn } from "./divergence.ts";
import type { Link } from "./link.ts";
import { moveFor, resultOf } from "./manner.ts";
import type { Manner, Standing } from "./order.ts";
import type { Stage } from "./stage.ts";

export interface Taken {
  readonly events: readonly TraceEvent[];
  readonly injected: boolean;
}

/** Looks of a millisecond until it is believed that a process sleeps: where it should not, and where it should. */
const long = 300;
const short = 3;

const pendingOf = (process: ObservedProcess | undefined): ReadonlySet<Signal> =>
  new Set(
    Object.entries(process?.signals ?? {}).flatMap(([signal, { pending }]) =>
      pending ? [signal as Signal] : [],
    ),
  );

/** Whether the kernel would not have done this by itself: a result given at the gate, a timer, one write made in two. */
const isInjected = (request: Request, manner: Manner): boolean =>
  manner.kind === "inject" ||
  manner.kind === "timer" ||
  (manner.kind === "offer" && manner.goesOn && request.call === "write");

export class StepTaker {
  /** The client's port of each connection. */
  private readonly ports = new Map<string, number>();
  private readonly connects = new Map<ProcessName, number>();
  private readonly reasons: Reasons;

  constructor(
    private readonly stage: Stage,
    private readonly prediction: Prediction,
  ) {
    this.reasons = new Reasons(stage);
  }

  take(step: PredictedStep, before: Expectation): Taken {
    const { action, events } = step;
    const link = this.linkOf(action.process);
    const { standing } = link;
    const { request } = standing;
    if (showRequest(request) !== action.call)
      throw new Diverged(`${link.name} stands before another call`, [action.call], [showRequest(request)]);
    const call: TraceEvent = { type: "call", process: link.name, state: standing.local.state, request };
    const { report, injected } = this.letThrough(link, step, before);
    const result = report?.result ?? null;
    this.reasons.note(step, request, result, result === null && / so far$/.test(action.outcome));
    this.check(step, request, result, report);
    if (result?.type === "ok" && (request.call === "spawn" || request.call === "fork"))
      this.stage.admit(result.name as ProcessName, link.pid);
    const ended = events.filter((event): event is ExitEvent => event.type === "exit");
    const progress = events.filter((event) => event.type === "progress");
    return {
      events: [call, ...progress, ...ended, ...this.returned(link, standing, request, result, report)],
      injected,
    };
  }

  /** Whoever has taken the step and blocks now, or blocks since it was taken, must not be able to go on. */
  probe({ action, blocked }: PredictedStep, before: Expectation): void {
    for (const name of blocked)
      if (name === action.process || !before.blocked.has(name)) this.probeOne(this.linkOf(name));
  }

  private probeOne(link: Link): void {
    if (link.early !== null) return;
    this.reasons.demand(link);
    link.order({ order: "probe" });
    const heard = link.hear(long);
    const found =
      heard.type === "report" && heard.report.report === "probed" ? heard.report.found : heard.type;
    if (found !== null)
      throw new Diverged(
        `${link.name} could go on`,
        [`${showRequest(link.standing.request)} blocks`],
        [`${showRequest(link.standing.request)}: ${found}`],
      );
  }

  /**
   * Whoever is to be interrupted by the signal that is about to be sent must be in its call by then: what comes while it
   * waits at the gate is handled there, and gone.
   */
  enterBefore(step: PredictedStep, before: Expectation, at: number): readonly Link[] {
    const newlyDue = [...step.due].filter((name) => !before.due.has(name) && before.blocked.has(name));
    const found = newlyDue.flatMap((name) => {
      const link = this.stage.links.get(name);
      if (link === undefined || name === step.action.process || link.standing.request.call === "write")
        return [];
      const next = this.prediction.steps.slice(at + 1).find(({ action }) => action.process === name);
      return next?.action.outcome === "EINTR" ? [link] : [];
    });
    for (const link of found) {
      this.enter(link);
      link.isInside = true;
    }
    return found;
  }

  /** What whoever was interrupted reports is kept until its turn comes. */
  collectInterrupted(link: Link): void {
    const before = link.standing;
    const report = this.hearFrom(link);
    link.isInside = false;
    link.early = report;
    link.standing = before;
  }

  private linkOf(name: ProcessName): Link {
    const link = this.stage.links.get(name);
    if (link === undefined) throw new Diverged(`there is no ${name}`);
    return link;
  }

  /** The process makes its call, or part of it; what it reports then, null where nobody lived to report. */
  private letThrough(
    link: Link,
    step: PredictedStep,
    before: Expectation,
  ): { readonly report: Standing | null; readonly injected: boolean } {
    if (link.early !== null) {
      const report = link.early;
      link.early = null;
      link.standing = report;
      return { report, injected: false };
    }
    const move = moveFor(step, link.standing.request, pendingOf(before.after.processes[link.name]));
    if (move.move === "nothing") return { report: { ...link.standing, result: null }, injected: false };
    if (move.move === "interrupt") {
      this.enter(link);
      this.stage.strike(link, move.signal);
      return { report: this.hearFrom(link), injected: true };
    }
    const injected = isInjected(link.standing.request, move.manner);
    this.send(link, move.manner);
    return { report: this.hearFrom(link), injected };
  }

  private send(link: Link, manner: Manner): void {
    link.order({ order: "call", manner, people: this.stage.people });
  }

  private hearFrom(link: Link): Standing | null {
    const heard = link.hear(long);
    if (heard.type === "ended") return null;
    const { request } = link.standing;
    if (heard.type === "asleep")
      throw new Diverged(`${link.name} blocks`, [], [`${showRequest(request)} does not return`]);
    const { report } = heard;
    if (report.report === "cannot") throw new Diverged(`${link.name} cannot go on`, [], [report.problem]);
    if (report.report === "probed") throw new Error("internal: an answer that nobody asked for");
    link.standing = report;
    return report;
  }

  /** Lets a process into its call before its turn: it must go to sleep there. */
  private enter(link: Link): void {
    this.send(link, { kind: "wait" });
    const heard = link.hear(short);
    if (heard.type === "asleep") return;
    const did = heard.type === "report" && heard.report.report === "stands" ? heard.report.result : null;
    const { request } = link.standing;
    throw new Diverged(
      `${link.name} does not block`,
      [`${showRequest(request)} blocks`],
      [`${showRequest(request)} = ${did === null ? heard.type : showResult(request.call, did)}`],
    );
  }

  /** The result is the one that the schedule names, in the same place, of the same connection. */
  private check(step: PredictedStep, request: Request, result: Result | null, report: Standing | null): void {
    const { action } = step;
    const predicted = resultOf(step);
    const outcome =
      result === null ? (predicted === null ? action.outcome : "") : showResult(request.call, result);
    if (outcome !== action.outcome)
      throw new Diverged(
        `${action.process} gets another result`,
        [`${action.call} = ${action.outcome}`],
        [`${action.call} = ${outcome || "nothing: it has died"}`],
      );
    const [ours, theirs] = [placeIn(predicted), placeIn(result)];
    if (ours !== undefined && theirs !== undefined && ours !== theirs)
      throw new Diverged(`${action.process} transfers elsewhere`, [`at ${ours}`], [`at ${theirs}`]);
    if (report === null && after(step, action.process) === "running")
      throw new Diverged(`${action.process} has died`, [], []);
    if (result?.type === "ok" && report !== null)
      this.checkConnection(action.process, request, result, report);
  }

  private checkConnection(process: ProcessName, request: Request, result: Result, report: Standing): void {
    if (request.call === "connect") {
      const nth = (this.connects.get(process) ?? 0) + 1;
      this.connects.set(process, nth);
      const [, number = ""] = /\[(.*)\]/.exec(process) ?? [];
      const port = report.sockets[request.as]?.own ?? 0;
      this.ports.set(`connection[${nth === 1 ? number : `${number}.${nth}`}]`, port);
    }
    if (request.call !== "accept" || result.type !== "ok") return;
    const expected = this.ports.get(result.name);
    const found = report.sockets[result.name]?.peer;
    if (expected !== undefined && found !== expected)
      throw new Diverged(`${process} accepts another connection`, [`port ${expected}`], [`port ${found}`]);
  }

  private returned(
    link: Link,
    standing: Standing,
    request: Request,
    result: Result | null,
    report: Standing | null,
  ): readonly TraceEvent[] {
    const machine = machineFor(this.stage.setting.protocol, roleOf(link.name));
    if (result === null || report === null || machine === undefined) return [];
    return [returnEvent(machine, link.name, standing.local, request, result, report.local)];
  }
}

const after = (step: PredictedStep, name: ProcessName): string =>
  step.after.processes[name]?.status ?? "absent";
