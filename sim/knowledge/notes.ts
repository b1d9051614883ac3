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
import type { Value } from "../kernel/index.ts";
import { asStore, Overlay } from "../transition.ts";
import type { Changes } from "./changes.ts";
import type { EventFinding } from "./edge.ts";
import { type Numbering, none, textOf } from "./numbering.ts";
import type { Asked, Situations } from "./situations.ts";
import type { State } from "./state.ts";

/** One of them, and one event of a step. */
interface Question {
  readonly asked: Asked;
  readonly part: Part;
  readonly event: TraceEvent;
  /** Which event of the step, from 0. */
  readonly nth: number;
}

/** Who has anything to say of the events of a step, in the order in which they are asked. */
export type Hearing = Question[];

/** Of memory, about. */
const bytesPerHearing = 1_000;
const bytesPerNote = 200;
const bytesPerCell = 8;

const nothing: readonly EventFinding[] = [];

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
    private readonly changes: Changes,
  ) {
    this.parts = partsOf(properties);
  }

  /** Who is to be asked about a step with these events; null where there is no room to remember it. */
  of(events: readonly TraceEvent[]): Hearing | null {
    const text = textOf(events as unknown as Value);
    const known = this.hearings.get(text);
    if (known !== undefined) return known;
    if (this.numbering.isFull) return null;
    this.numbering.weight += bytesPerHearing + 2 * text.length;
    const hearing = events.flatMap((event, nth) =>
      this.parts.map((part): Question => ({ asked: this.situations.add(), part, event, nth })),
    );
    this.hearings.set(text, hearing);
    return hearing;
  }

  /** Lets a step happen to them in a state; says what it told, and whether all of that was known. */
  hear(
    hearing: Hearing,
    state: State,
  ): { readonly told: readonly EventFinding[]; readonly isKnown: boolean } {
    const { situations } = this;
    let told = nothing;
    let isKnown = true;
    for (let at = 0; at < hearing.length; at++) {
      const found = situations.find(hearing[at]!.asked, state);
      if (found >= 0) {
        const cell = situations.at(found);
        if (cell >= 0) state.put(cell, situations.at(found + 1));
        const number = situations.at(found + 2);
        if (number > 0) told = [...told, ...this.told[number]!];
        continue;
      }
      isKnown = false;
      const findings = this.ask(hearing[at]!, state);
      if (findings === null) hearing.splice(at--, 1);
      else if (findings.length > 0) told = [...told, ...findings];
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
    this.pass(overlay, state);
    return told;
  }

  /** Lets one of them take note of an event, and says what that told; null where it has nothing to say, whatever the state is. */
  private ask(question: Question, state: State): readonly EventFinding[] | null {
    const { asked, part, event, nth } = question;
    const overlay = new Overlay(state);
    let findings = nothing;
    const reads = state.watch(() => {
      const told = part(this.setting, asStore(overlay), event);
      if (told.length > 0) findings = told.map((finding) => ({ ...finding, nth }));
    });
    if (reads.length + overlay.writes.size + findings.length === 0) return null;
    const [written] = overlay.writes;
    const cell = written === undefined ? -1 : this.numbering.numberOf(written[0]);
    const number = written === undefined ? 0 : this.numbering.numberFor(cell, written[1]);
    const isKept = number !== none && !this.numbering.isFull && state.isNumbered(reads);
    if (isKept) {
      const told = findings.length === 0 ? 0 : this.told.length;
      if (this.situations.learn(asked, reads, state, [cell, number, told]) !== null) {
        this.numbering.weight += bytesPerNote + bytesPerCell * reads.length;
        if (told > 0) this.told.push(findings);
      }
    }
    if (number < 0) this.pass(overlay, state);
    else if (cell >= 0) state.put(cell, number);
    return findings;
  }

  private pass({ writes }: Overlay, state: State): void {
    const at = this.changes.pass(writes, (cell, value) => state.hold(cell, value));
    state.apply(this.changes.ints, at);
  }
}
