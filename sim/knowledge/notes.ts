/**
 * What observers and properties make of steps, as far as that is known. Each of them is asked for itself about each event: what
 * one of them looks at seldom hangs on what another looks at, so much less comes up than if all were asked at once.
 */
import {
  judge,
  type Part,
  type Property,
  partsOf,
  type Setting,
  seenIn,
  type TraceEvent,
} from "../../model/index.ts";
import type { Value } from "../kernel/index.ts";
import { asStore, Overlay } from "../transition.ts";
import type { EventFinding } from "./edge.ts";
import { type Numbering, none, textOf } from "./numbering.ts";
import type { Asked, Situations } from "./situations.ts";
import type { State } from "./state.ts";

/** What one of them is to say of one event of a step. */
interface Question {
  readonly asked: Asked;
  readonly part: Part;
  readonly event: TraceEvent;
  /** Which event of the step, from 0. */
  readonly nth: number;
}

/** Who has anything to say of the events of a step, in the order in which they are asked. */
export type Hearing = readonly Question[];

/** A step that may come up again, and who has anything to say of it; null where that was not looked up yet. */
export interface HeardStep {
  readonly events: readonly TraceEvent[];
  hearing: Hearing | null;
}

export interface Told {
  readonly told: readonly EventFinding[];
  /** Whether no plain code had to be asked. */
  readonly isKnown: boolean;
}

/** What the plain code says. */
interface Answer {
  readonly reads: readonly number[];
  readonly findings: readonly EventFinding[];
  /** The cell in which it remembers something else now. */
  readonly written: readonly [cell: string, value: Value] | undefined;
}

/** Of memory, about. */
const bytesPerHearing = 1_000;
const bytesPerNote = 200;
const bytesPerCell = 8;

const nothing: readonly EventFinding[] = [];
/** Most steps are nothing to anybody: one list for all of them need not be fetched. */
const nobody: Hearing = [];

export class Notes {
  private readonly parts: readonly Part[];
  /** By the text of a step's events. */
  private readonly hearings = new Map<string, Hearing>();
  /** What was told, by its number. The first is that nothing was. */
  private readonly told: (readonly EventFinding[])[] = [nothing];

  constructor(
    private readonly setting: Setting,
    private readonly properties: readonly Property[],
    private readonly numbering: Numbering,
    private readonly situations: Situations,
  ) {
    this.parts = partsOf(properties);
  }

  /** Lets a step happen to them in a state, and says what it told. */
  hear(step: HeardStep, state: State): Told {
    if (step.hearing === null) {
      const text = textOf(step.events as unknown as Value);
      const known = this.hearings.get(text);
      if (known === undefined) return { told: this.hearFirst(step.events, text, state), isKnown: false };
      step.hearing = known;
    }
    return this.hearAgain(step.hearing, state);
  }

  /** The same of a step that will hardly come up again. */
  hearOnce(events: readonly TraceEvent[], state: State): readonly EventFinding[] {
    const { properties, setting } = this;
    const overlay = new Overlay(state);
    const store = asStore(overlay);
    const told = events.flatMap((event, nth) =>
      judge(properties, setting, store, event).map((finding): EventFinding => ({ ...finding, nth })),
    );
    for (const [name, value] of overlay.writes) {
      const cell = this.numbering.numberOf(name);
      state.put(cell, state.hold(cell, value));
    }
    return told;
  }

  private hearAgain(hearing: Hearing, state: State): Told {
    const { situations } = this;
    let told = nothing;
    let isKnown = true;
    for (let at = 0; at < hearing.length; at++) {
      const question = hearing[at]!;
      const found = situations.find(question.asked, state);
      if (found < 0) {
        isKnown = false;
        const answer = this.ask(question.part, question.event, question.nth, state);
        this.take(question.asked, answer, state);
        told = both(told, answer.findings);
        continue;
      }
      const cell = situations.at(found);
      if (cell >= 0) state.put(cell, situations.at(found + 1));
      const number = situations.at(found + 2);
      if (number > 0) told = both(told, this.told[number]!);
    }
    return { told, isKnown };
  }

  /** Where the events are new. Who has nothing to say of them, whatever the state is, is not asked again. */
  private hearFirst(events: readonly TraceEvent[], text: string, state: State): readonly EventFinding[] {
    if (this.numbering.isFull) return this.hearOnce(events, state);
    const hearing: Question[] = [];
    let told = nothing;
    for (const [nth, event] of events.entries())
      for (const part of this.parts) {
        const answer = this.ask(part, event, nth, state);
        const isSilent = answer.reads.length + answer.findings.length === 0 && answer.written === undefined;
        if (isSilent) continue;
        const asked = this.situations.add();
        hearing.push({ asked, part, event, nth });
        this.take(asked, answer, state);
        told = both(told, answer.findings);
      }
    this.numbering.weight += bytesPerHearing + 2 * text.length;
    this.hearings.set(text, hearing.length === 0 ? nobody : hearing);
    return told;
  }

  /** What one of them makes of an event. */
  private ask(part: Part, event: TraceEvent, nth: number, state: State): Answer {
    const overlay = new Overlay(state);
    let findings = nothing;
    const reads = state.watch(() => {
      const store = asStore(overlay);
      const told = part(event, this.setting, store, seenIn(store, this.setting));
      if (told.length > 0) findings = told.map((finding) => ({ ...finding, nth }));
    });
    const [written] = overlay.writes;
    return { reads, findings, written };
  }

  /** Remembers an answer, and what the one who gave it remembers now. */
  private take(asked: Asked, { reads, findings, written }: Answer, state: State): void {
    const { numbering, situations } = this;
    const cell = written === undefined ? -1 : numbering.numberOf(written[0]);
    const number = written === undefined ? 0 : numbering.numberFor(cell, written[1]);
    if (number !== none && !numbering.isFull && state.isNumbered(reads)) {
      const told = findings.length === 0 ? 0 : this.told.length;
      if (situations.learn(asked, reads, state, [cell, number, told]) !== null) {
        numbering.weight += bytesPerNote + bytesPerCell * reads.length;
        if (told > 0) this.told.push(findings);
      }
    }
    if (written !== undefined) state.put(cell, number >= 0 ? number : state.hold(cell, written[1]));
  }
}

const both = (some: readonly EventFinding[], more: readonly EventFinding[]): readonly EventFinding[] =>
  more.length === 0 ? some : [...some, ...more];
