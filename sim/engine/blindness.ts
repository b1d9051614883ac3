/**
 * Whether nobody looks at the letters that labels stand for. Whatever is learnt (what a machine makes of a result, the observers
 * of an event, the properties of both) is worked out with all lines that the labels in it may stand for, and compared. Where
 * all of it is the same, a state with labels and each state that it stands for are bisimilar, and what is found in one space is
 * found in the other.
 *
 * The kernel is not asked: it moves bytes, and counts them (`test/sim/contents.test.ts` holds it to that).
 */
import {
  advance,
  type Finding,
  isSame,
  type MachineEvent,
  machineFor,
  type ProcessMachine,
  type ProcessName,
  type Property,
  type Request,
  roleOf,
  type Setting,
  type TraceEvent,
} from "../../model/index.ts";
import {
  type Cells,
  contextCell,
  kernelOn,
  processCell,
  requestNow,
  stateCell,
  type Value,
} from "../kernel/index.ts";
import { quiescentEvent } from "../quiescence.ts";
import type { Transition } from "../transition.ts";
import { canonical } from "./canonical.ts";
import type { Contents, LabelledObserved } from "./contents.ts";
import { type Forgotten, type Labels, type LetterOf, labelsIn, templateOf } from "./labels.ts";
import { judgeAll, letteredCells, letteredEvents, watchedCells } from "./observed.ts";

/** Thrown where somebody turns out to look at what the lines of the log say: who that is. */
export class ContentsMatter extends Error {}

/** Where there are more ways to put lines in the place of labels, they are not compared. */
const mostWays = 1 << 16;

/** So many are enough for a guess. */
const fewWays = 64;

export class Blindness {
  private readonly compared = new Set<string>();

  constructor(
    private readonly setting: Setting,
    private readonly properties: readonly Property[],
    private readonly labels: Labels,
    private readonly contents: Contents,
    /** Is told who looks, where that is only to be guessed; otherwise it is thrown. */
    private readonly guess: ((who: string) => void) | null,
  ) {}

  /** What was learnt of a process: the kernel's own steps, without labels. */
  compareMoves(cells: Cells, process: ProcessName, transitions: readonly Transition[]): void {
    if (!transitions.every((transition) => this.contents.keepsLines(cells, transition)))
      this.complain(`a log that is no interleaving of what was sent`);
    const isWaiting = transitions.length === 0 && cells.get(processCell(process))?.status === "running";
    const waits = isWaiting ? requestNow(kernelOn(this.setting, cells), process) : undefined;
    if (waits !== undefined) this.demandPlain(process, waits);
    for (const transition of transitions) this.demandOrigin(cells, transition);
    for (const event of transitions.flatMap(({ events }) => events)) {
      if (event.type === "call" || event.type === "return") this.demandPlain(event.process, event.request);
      if (event.type === "return") this.compareAdvance(cells, event.process, event.result);
      if (event.type === "fault" && (event.fault === "disconnect" || event.fault === "return"))
        this.compareAdvance(cells, event.process, { type: event.fault });
    }
  }

  /** What was learnt of some events. */
  compareObserved(
    events: readonly TraceEvent[],
    cells: Cells,
    observed: LabelledObserved,
    within?: Forgotten,
  ): void {
    const { properties, setting } = this;
    // An observer may have characters like labels of its own.
    for (const [cell, value] of observed.writes)
      if (!isWithin(labelsIn(value, new Set()), observed.labels)) this.complain(this.observing(cell));
    if (observed.labels.size === 0) return;
    const question = showQuestion(events, observed);
    if (this.compared.has(question)) return;
    const found = new Set(observed.labels);
    const kinds = kindsOf(observed.findings);
    let looksFurther = false;
    const watching = watchedCells(cells, (cell) => {
      looksFurther ||= !observed.looked.has(cell);
    });
    const [eventsWith, cellsWith] = [letteredEvents(events), letteredCells(watching)];
    const writes = [...observed.writes].map(([cell, value]) => [cell, value, templateOf(value)] as const);
    // With other letters, something else may be looked at, which has other labels: then all is tried again with these, too.
    for (let tried = 0; tried < found.size; ) {
      tried = found.size;
      const attempt = (letterOf: LetterOf): void => {
        const noting: LetterOf = (label) => {
          found.add(label);
          return letterOf(label);
        };
        const other = judgeAll(properties, setting, eventsWith(noting), cellsWith(noting));
        for (const property of differing(kindsOf(other.findings), kinds)) this.complain(property);
        for (const [cell, value, template] of writes) {
          const there = other.writes.get(cell);
          const expected = template === null ? value : template(letterOf);
          if (there === undefined || !isEqual(expected, there)) this.complain(this.observing(cell));
        }
        for (const cell of other.writes.keys())
          if (!observed.writes.has(cell)) this.complain(this.observing(cell));
      };
      this.tryAll(found, properties.map(({ id }) => id).join(", "), attempt, within);
    }
    if (within === undefined && !looksFurther) this.compared.add(question);
  }

  /** What was learnt of a state at rest: that, too, is told in an event. */
  compareRest(cells: Cells, event: TraceEvent, observed: LabelledObserved, within: Forgotten): void {
    const { setting } = this;
    const [eventsWith, cellsWith] = [letteredEvents([event]), letteredCells(cells)];
    const attempt = (letterOf: LetterOf): void => {
      const there = quiescentEvent(setting, cellsWith(letterOf)) as unknown as Value;
      if (!isEqual(eventsWith(letterOf)[0] as unknown as Value, there)) this.complain("the world at rest");
    };
    this.tryAll(labelsIn(event as unknown as Value, new Set()), "the world at rest", attempt, within);
    this.compareObserved([event], cells, observed, within);
  }

  private compareAdvance(cells: Cells, process: ProcessName, event: MachineEvent): void {
    const role = roleOf(process);
    const machine = machineFor(this.setting.protocol, role);
    const [state, context] = [cells.get(stateCell(process)), cells.get(contextCell(process))];
    if (machine === undefined || state === null || context === null) return;
    const question = [state, context, event] as unknown as Value;
    const labels = labelsIn(question, new Set());
    const key = labels.size === 0 ? "" : `${role} ${canonical(question)}`;
    if (labels.size === 0 || this.compared.has(key)) return;
    const questionWith = templateOf(question);
    const answer = advance(machine, { state, context }, event) as unknown as Value;
    const answerWith = templateOf(answer);
    this.tryAll(labels, process, (letterOf) => {
      const there = advanceFrom(machine, questionWith?.(letterOf) ?? question);
      const expected = answerWith?.(letterOf) ?? answer;
      if (there === null || !isEqual(there, expected)) this.complain(role);
    });
    // Not before: whoever is complained about may come to the same again.
    this.compared.add(key);
  }

  /** The kernel takes bytes for bytes. Whatever else it is asked for must not hang on them. */
  private demandPlain(process: ProcessName, request: Request): void {
    const others = Object.entries(request).filter(([field]) => field !== "bytes");
    if (labelsIn(others as unknown as Value, new Set()).size > 0) this.complain(roleOf(process));
  }

  /** A label stands for a letter only where it comes from one that was read; a machine may have characters like it of its own. */
  private demandOrigin(cells: Cells, { writes, events }: Transition): void {
    for (const [cell, value] of writes) {
      const labels = cell.startsWith("context/") ? labelsIn(value, new Set()) : new Set<string>();
      if (labels.size === 0) continue;
      const before = labelsIn(cells.get<Value>({ name: cell }), new Set());
      const known = labelsIn(events as unknown as Value, before);
      if (!isWithin(labels, known)) this.complain(roleOf(cell.slice("context/".length) as ProcessName));
    }
  }

  /** Tries all lines that may stand where the labels are. */
  private tryAll(
    labels: ReadonlySet<string>,
    who: string,
    attempt: (letterOf: LetterOf) => void,
    within?: Forgotten,
  ): void {
    if (labels.size === 0) return;
    let ways = 0;
    for (const letterOf of this.labels.assignments(labels, within)) {
      if (++ways > (this.guess === null ? mostWays : fewWays)) break;
      attempt(letterOf);
    }
    if (ways > mostWays) this.complain(`${who} (too many at once to compare)`);
  }

  private complain(who: string): void {
    if (this.guess === null) throw new ContentsMatter(who);
    this.guess(who);
  }

  /** The properties that an observer's cell is kept for. */
  private observing(cell: string): string {
    const [, id] = cell.split("/");
    const asking = this.properties.filter(({ observers }) =>
      observers.some((observer) => observer.id === id),
    );
    return asking.map((property) => property.id).join(", ");
  }
}

/** What a machine does; null where it has no way to go on. */
const advanceFrom = (machine: ProcessMachine, question: Value): Value => {
  const [state, context, event] = question as unknown as [string, Record<string, unknown>, MachineEvent];
  try {
    return advance(machine, { state, context }, event) as unknown as Value;
  } catch {
    return null;
  }
};

/** All that an answer about events depends on. */
const showQuestion = (events: readonly TraceEvent[], { looked }: LabelledObserved): string =>
  canonical([events, [...looked]] as unknown as Value);

const isEqual = (a: Value, b: Value): boolean => isSame(a, b) || canonical(a) === canonical(b);

const isWithin = (some: ReadonlySet<string>, all: ReadonlySet<string>): boolean =>
  [...some].every((one) => all.has(one));

const kindsOf = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ property, type }) => `${property} ${type}`).sort();

/** The properties of which more or less was found. */
const differing = (a: readonly string[], b: readonly string[]): ReadonlySet<string> => {
  const others = [...a.filter((kind) => !b.includes(kind)), ...b.filter((kind) => !a.includes(kind))];
  return new Set(others.map((kind) => kind.split(" ")[0]!));
};
