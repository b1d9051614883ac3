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
import type { Deeds } from "./deeds.ts";
import type { Deed, EventFinding } from "./edge.ts";
import { Lists } from "./lists.ts";
import { type Numbering, none, textOf } from "./numbering.ts";
import type { Repertoire } from "./repertoire.ts";
import type { Asked, Situations } from "./situations.ts";
import type { State } from "./state.ts";

/** What one of them is to say of one event of a step. */
interface Question {
  readonly part: Part;
  readonly event: TraceEvent;
  /** Which event of the step, from 0. */
  readonly nth: number;
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
const bytesPerHearing = 500;
const bytesPerQuestion = 100;

const nothing: readonly EventFinding[] = [];
export class Notes {
  private readonly parts: readonly Part[];
  /** By the text of a step's events: the list of the questions that somebody has anything to say to, in the order in which they are asked. */
  private readonly hearings = new Map<string, number>();
  private readonly lists = new Lists();
  /** Most steps are nothing to anybody: one list for all of them need not be fetched. */
  private readonly nobody = this.lists.add([]);
  private readonly questions = new Map<Asked, Question>();
  /** What was told, by its number. The first is that nothing was. */
  private readonly told: (readonly EventFinding[])[] = [nothing];

  constructor(
    private readonly setting: Setting,
    private readonly properties: readonly Property[],
    private readonly numbering: Numbering,
    private readonly situations: Situations,
    private readonly deeds: Deeds,
    private readonly repertoire: Repertoire,
  ) {
    this.parts = partsOf(properties);
  }

  /** Lets a step happen to them in a state, and says what it told. */
  hear(deed: Deed, state: State): Told {
    const known = this.deeds.hearingOf(deed);
    if (known > 0) return this.hearAgain(known, state);
    const { events } = this.repertoire.edgeOf(deed);
    const text = textOf(events as unknown as Value);
    const hearing = this.hearings.get(text);
    if (hearing === undefined) return this.hearFirst(deed, events, text, state);
    this.deeds.setHearing(deed, hearing);
    return this.hearAgain(hearing, state);
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

  private hearAgain(hearing: number, state: State): Told {
    const { lists, situations } = this;
    const count = lists.lengthOf(hearing);
    let told = nothing;
    let isKnown = true;
    for (let nth = 0; nth < count; nth++) {
      const asked = lists.at(hearing, nth) as Asked;
      const found = situations.find(asked, state);
      if (found < 0) {
        isKnown = false;
        const answer = this.ask(this.questions.get(asked)!, state);
        this.take(asked, answer, state);
        told = both(told, answer.findings);
        continue;
      }
      const cell = situations.at(found);
      if (cell >= 0) state.put(cell, situations.at(found, 1));
      const number = situations.at(found, 2);
      if (number > 0) told = both(told, this.told[number]!);
    }
    return { told, isKnown };
  }

  /** Where the events are new. Who has nothing to say of them, whatever the state is, is not asked again. */
  private hearFirst(deed: Deed, events: readonly TraceEvent[], text: string, state: State): Told {
    if (this.numbering.isFull) return { told: this.hearOnce(events, state), isKnown: false };
    const hearing: Asked[] = [];
    let told = nothing;
    for (const [nth, event] of events.entries())
      for (const part of this.parts) {
        const question = { part, event, nth };
        const answer = this.ask(question, state);
        const isSilent = answer.reads.length + answer.findings.length === 0 && answer.written === undefined;
        if (isSilent) continue;
        const asked = this.situations.add();
        hearing.push(asked);
        this.questions.set(asked, question);
        this.take(asked, answer, state);
        told = both(told, answer.findings);
      }
    this.numbering.weight += bytesPerHearing + bytesPerQuestion * hearing.length + 2 * text.length;
    const at = hearing.length === 0 ? this.nobody : this.lists.add(hearing);
    this.hearings.set(text, at);
    this.deeds.setHearing(deed, at);
    return { told, isKnown: false };
  }

  /** What one of them makes of an event. */
  private ask({ part, event, nth }: Question, state: State): Answer {
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
      if (situations.learn(asked, reads, state, [cell, number, told]) && told > 0) this.told.push(findings);
    }
    if (written !== undefined) state.put(cell, number >= 0 ? number : state.hold(cell, written[1]));
  }
}

const both = (some: readonly EventFinding[], more: readonly EventFinding[]): readonly EventFinding[] => {
  if (more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
};
