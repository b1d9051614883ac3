/**
 * Forces a schedule onto real processes: every process is held before each of its calls, and exactly the step that the
 * schedule names is let through, in the manner that gives the outcome it names. After every step the real kernel is held
 * against what the model predicts of it.
 */
import {
  type Action,
  type Expectation,
  Judge,
  type PredictedStep,
  type Prediction,
  type Program,
  type Property,
  type PropertyVerdict,
  processName,
  type Setting,
  signalsOf,
  type TraceEvent,
  unseenSignals,
} from "../../model/index.ts";
import { becomeSubreaper } from "../kernel.ts";
import { Nursery } from "../nursery.ts";
import { takeCensus } from "./census.ts";
import { compareObservations, Diverged, type Divergence } from "./divergence.ts";
import { enterAll, quietEvent, wakeAll } from "./ending.ts";
import { strike } from "./faults.ts";
import { settle } from "./settling.ts";
import { Stage } from "./stage.ts";
import { StepTaker } from "./steps.ts";

/** A step as it went on real processes. */
export interface SteeredStep {
  readonly action: Action;
  /** Whether its result came from the gate, because the kernel would not have given it by itself. */
  readonly injected: boolean;
  /** Who holds the log's lock after it, by the kernel's own word. */
  readonly lock: string;
  /** The properties that the real trace breaks with it. */
  readonly breaks: readonly string[];
}

export interface SteeredReport {
  readonly steps: readonly SteeredStep[];
  readonly divergence: Divergence | null;
  /** Whether the schedule ends where nothing can move any more, and the kernel agrees. */
  readonly complete: boolean;
  /** The verdicts on the real trace. */
  readonly properties: readonly PropertyVerdict[];
  /** How many processes there were. */
  readonly processes: number;
}

class SteeredReplay {
  readonly steps: SteeredStep[] = [];
  private readonly judge: Judge;
  private readonly taker: StepTaker;
  private readonly precinct;

  constructor(
    private readonly stage: Stage,
    private readonly prediction: Prediction,
    private readonly properties: readonly Property[],
  ) {
    const { setting, run } = stage;
    this.judge = new Judge(properties, setting);
    this.taker = new StepTaker(stage, prediction);
    const signals = signalsOf(setting.protocol).used.filter((signal) => !unseenSignals.has(signal));
    this.precinct = { log: run.log, signals };
  }

  run(): SteeredReport {
    let at = 0;
    const { prediction } = this;
    try {
      this.begin();
      this.agree(prediction.start);
      for (const step of prediction.steps) {
        at++;
        this.take(step, prediction.steps[at - 2] ?? prediction.start, at - 1);
      }
      at++;
      this.finish();
    } catch (error) {
      if (!(error instanceof Diverged)) throw error;
      const { because, model, real } = error;
      const action = prediction.steps[at - 1]?.action ?? null;
      return this.report({ step: at, action, because, model, real });
    }
    return this.report(null);
  }

  /** Everybody who is there at the start comes to the gate. */
  private begin(): void {
    const { stage } = this;
    const { protocol, clients } = stage.setting;
    const started = new Map<string, number>();
    for (const { role, index = "", group } of protocol.start) {
      const nth = (started.get(role) ?? 0) + 1;
      started.set(role, nth);
      stage.begin(processName(role, nth === 1 ? index : String(nth)), role, group);
    }
    for (const { name, token, segments } of clients) stage.beginClient(name, token, segments);
  }

  private take(step: PredictedStep, before: Expectation, at: number): void {
    const { stage, taker } = this;
    const entered = taker.enterBefore(step, before, at);
    const taken =
      step.action.kind === "fault"
        ? { events: strike(stage, step, before), injected: false }
        : taker.take(step, before);
    for (const link of entered) taker.collectInterrupted(link);
    this.agree(step);
    taker.probe(step, before);
    const breaks = taken.events.flatMap((event) => this.judge.hear(this.confirmed(event)));
    this.steps.push({ action: step.action, injected: taken.injected, lock: this.lock, breaks });
  }

  private lock = "";

  /** A death as the kernel has it. */
  private confirmed(event: TraceEvent): TraceEvent {
    if (event.type !== "exit") return event;
    const death = this.stage.links.get(event.process)?.death;
    if (death !== undefined && death !== event.signal)
      throw new Diverged(
        `${event.process} ends in another way`,
        [`killed by ${event.signal ?? "nothing"}`],
        [`killed by ${death ?? "nothing"}`],
      );
    return event;
  }

  /** Model and kernel say the same of the world. */
  private agree({ after }: Expectation): void {
    const census = takeCensus(settle(this.stage, after), this.precinct);
    compareObservations(after, census);
    const held = Object.entries(census.processes).flatMap(([name, { descriptors }]) =>
      Object.entries(descriptors).flatMap(([fd, one]) =>
        one.kind === "file" && one.lock !== null ? [`${one.lock} ${name}.${fd}`] : [],
      ),
    );
    this.lock = held.join(", ");
  }

  /** At the end whoever is said to be blocked goes into its call, and must stay there. */
  private finish(): void {
    const { stage, prediction, precinct } = this;
    const last = prediction.steps.at(-1) ?? prediction.start;
    if (prediction.end === null) return;
    const inside = enterAll(stage, last.blocked);
    const census = takeCensus(settle(stage, last.after), precinct);
    compareObservations(last.after, census, inside);
    this.judge.hear(quietEvent(stage, census));
    wakeAll(stage, prediction.wakings, inside);
  }

  private report(divergence: Divergence | null): SteeredReport {
    const complete = divergence === null && this.prediction.end !== null;
    const { steps, stage } = this;
    const verdicts = this.judge.verdicts(complete);
    return {
      steps,
      divergence: divergence ?? this.disagreement(verdicts, complete),
      complete,
      properties: verdicts,
      processes: stage.links.size,
    };
  }

  /** The model's trace and the real one must be judged alike. */
  private disagreement(verdicts: readonly PropertyVerdict[], complete: boolean): Divergence | null {
    const { prediction, properties, stage } = this;
    const judge = new Judge(properties, stage.setting);
    for (const { events } of prediction.steps) for (const event of events) judge.hear(event);
    if (prediction.end !== null) judge.hear(prediction.end);
    const model = judge.verdicts(complete);
    const differing = verdicts.filter(({ verdict }, at) => verdict !== model[at]?.verdict);
    if (differing.length === 0) return null;
    const said = (all: readonly PropertyVerdict[]) =>
      differing.map(({ id }) => {
        const { verdict = "unknown", because = "" } = all.find((one) => one.id === id) ?? {};
        return `${id} ${verdict}${because && `: ${because}`}`;
      });
    const step = prediction.steps.length + 1;
    const because = "the two traces are judged differently";
    return { step, action: null, because, model: said(model), real: said(verdicts) };
  }
}

/** Replays on real processes, one after the other, all forked of one zygote. */
export class Steering {
  private stage: Stage | null = null;
  /** The last resort: whatever ends this process takes along what is under way. */
  private readonly endAtExit = (): void => this.stage?.end();

  private constructor(private readonly nursery: Nursery) {
    process.on("exit", this.endAtExit);
  }

  static open(): Steering {
    becomeSubreaper();
    return new Steering(Nursery.open());
  }

  /**
   * Replays what was predicted of a schedule. Throws a ProcessTrouble where processes cannot be started or do not answer; in any
   * case nothing that was started stays behind.
   */
  replay(
    setting: Setting,
    reference: string | Program,
    prediction: Prediction,
    properties: readonly Property[],
  ): SteeredReport {
    const stage = Stage.open(this.nursery, setting, reference);
    this.stage = stage;
    try {
      return new SteeredReplay(stage, prediction, properties).run();
    } finally {
      this.stage = null;
      stage.end();
    }
  }

  close(): void {
    process.off("exit", this.endAtExit);
    this.nursery.close();
  }
}
