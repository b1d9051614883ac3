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
  type TraceEvent,
} from "../../model/index.ts";
import { asStore, Overlay } from "../transition.ts";
import type { EventFinding } from "./edge.ts";
import type { Numbering } from "./numbering.ts";
import { Situations } from "./situations.ts";
import type { State } from "./state.ts";

/** What one of them makes of an event. */
interface Note {
  /** The cell that it keeps what it remembers in, and the number of the new value; below 0 where that stays as it is. */
  readonly cell: number;
  readonly number: number;
  readonly findings: readonly EventFinding[];
}

/** One of them, and one event of a step. */
interface Question {
  readonly part: Part;
  readonly event: TraceEvent;
  /** Which event of the step, from 0. */
  readonly nth: number;
  readonly notes: Situations<Note>;
}

/** Who has anything to say of the events of a step, in the order in which they are asked. */
export type Hearing = Question[];

/** Of memory, about. */
const bytesPerHearing = 1_000;
const bytesPerNote = 200;
const bytesPerCell = 8;

const nothing: readonly EventFinding[] = [];
const silence: Note = { cell: -1, number: 0, findings: nothing };

export class Notes {
  private readonly parts: readonly Part[];
  /** By the text of a step's events. */
  private readonly hearings = new Map<string, Hearing>();

  constructor(
    private readonly setting: Setting,
    private readonly properties: readonly Property[],
    private readonly numbering: Numbering,
  ) {
    this.parts = partsOf(properties);
  }

  /** Who is to be asked about a step with these events; null where there is no room to remember it. */
  of(events: readonly TraceEvent[]): Hearing | null {
    const text = JSON.stringify(events);
    const known = this.hearings.get(text);
    if (known !== undefined) return known;
    if (this.numbering.isFull) return null;
    this.numbering.weight += bytesPerHearing + 2 * text.length;
    const hearing = events.flatMap((event, nth) =>
      this.parts.map((part): Question => ({ part, event, nth, notes: new Situations<Note>() })),
    );
    this.hearings.set(text, hearing);
    return hearing;
  }

  /** Lets a step happen to them in a state; says what it told, and whether all of that was known. */
  hear(
    hearing: Hearing,
    state: State,
  ): { readonly told: readonly EventFinding[]; readonly isKnown: boolean } {
    let told = nothing;
    let isKnown = true;
    for (let at = 0; at < hearing.length; at++) {
      const known = hearing[at]!.notes.find(state);
      const note = known ?? this.ask(hearing[at]!, state);
      if (note === silence) hearing.splice(at--, 1);
      if (note.cell >= 0) state.put(note.cell, note.number);
      if (note.findings.length > 0) told = [...told, ...note.findings];
      isKnown &&= known !== undefined;
    }
    return { told, isKnown };
  }

  /** The same of a step that will hardly come up again. */
  hearOnce(events: readonly TraceEvent[], state: State): readonly EventFinding[] {
    const { properties, setting } = this;
    const overlay = new Overlay(state);
    const store = asStore(overlay);
    const told = events.flatMap((event, nth) =>
      judge(properties, setting, store, event).map((finding): EventFinding => ({ ...finding, nth })),
    );
    state.apply(state.holding(overlay.writes));
    return told;
  }

  /** The plain code's answer; `silence` where it would be that whatever the state is. */
  private ask({ part, event, nth, notes }: Question, state: State): Note {
    const overlay = new Overlay(state);
    let findings = nothing;
    const reads = state.watch(() => {
      const told = part(this.setting, asStore(overlay), event);
      if (told.length > 0) findings = told.map((finding) => ({ ...finding, nth }));
    });
    if (reads.length + overlay.writes.size + findings.length === 0) return silence;
    const [written] = overlay.writes;
    if (written === undefined) return this.keep(notes, reads, state, { ...silence, findings });
    const cell = this.numbering.numberOf(written[0]);
    const number = this.numbering.numberFor(cell, written[1]);
    if (number >= 0) return this.keep(notes, reads, state, { cell, number, findings });
    const [, passing = 0] = state.holding(overlay.writes);
    return { cell, number: passing, findings };
  }

  private keep(notes: Situations<Note>, reads: readonly number[], state: State, note: Note): Note {
    if (this.numbering.isFull || !state.isNumbered(reads)) return note;
    this.numbering.weight += bytesPerNote + bytesPerCell * reads.length;
    notes.learn(reads, state, note);
    return note;
  }
}
