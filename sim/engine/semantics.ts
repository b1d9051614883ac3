/**
 * What the plain code says of steps, events and states at rest: as it is, or with labels in the place of what lines of the
 * log say. What is learnt for good is compared first; what is only imagined is not.
 */
import type { Finding, ProcessName, Property, Setting, TraceEvent } from "../../model/index.ts";
import type { Cells } from "../kernel/index.ts";
import { quiescentEvent } from "../quiescence.ts";
import { callsOf, faultsTo, type Transition } from "../transition.ts";
import { Blindness } from "./blindness.ts";
import { Contents, forgottenIn } from "./contents.ts";
import { judgeAll, type Observed } from "./observed.ts";
import type { Slice } from "./slice.ts";

export type Kind = "calls" | "faults";

export class Semantics {
  private readonly forgetting: { readonly contents: Contents; readonly blindness: Blindness } | null;

  constructor(
    private readonly setting: Setting,
    private readonly properties: readonly Property[],
    { labels, guess }: Slice,
  ) {
    if (labels === null) {
      this.forgetting = null;
      return;
    }
    const contents = new Contents(setting, properties, labels);
    this.forgetting = { contents, blindness: new Blindness(setting, properties, labels, contents, guess) };
  }

  /** What can happen to a process next. */
  imagineMoves(kind: Kind, cells: Cells, process: ProcessName): readonly Transition[] {
    return this.forget(cells, this.movesOf(kind, cells, process));
  }

  learnMoves(kind: Kind, cells: Cells, process: ProcessName): readonly Transition[] {
    const transitions = this.movesOf(kind, cells, process);
    this.forgetting?.blindness.compareMoves(cells, process, transitions);
    return this.forget(cells, transitions);
  }

  /** What observers and properties make of a step. */
  imagineNote(events: readonly TraceEvent[], cells: Cells): Observed {
    const { forgetting, properties, setting } = this;
    return forgetting?.contents.observe(events, cells) ?? judgeAll(properties, setting, events, cells);
  }

  learnNote(events: readonly TraceEvent[], cells: Cells): Observed {
    const { forgetting, properties, setting } = this;
    if (forgetting === null) return judgeAll(properties, setting, events, cells);
    const observed = forgetting.contents.observe(events, cells);
    forgetting.blindness.compareObserved(events, cells, observed);
    return observed;
  }

  /** What properties say where nothing can move. */
  learnRest(cells: Cells): readonly Finding[] {
    const { forgetting, properties, setting } = this;
    const event = quiescentEvent(setting, cells);
    if (forgetting === null) return judgeAll(properties, setting, [event], cells).findings;
    const observed = forgetting.contents.observe([event], cells, forgottenIn(cells));
    forgetting.blindness.compareRest(cells, event, observed);
    return observed.findings;
  }

  private movesOf(kind: Kind, cells: Cells, process: ProcessName): readonly Transition[] {
    return (kind === "calls" ? callsOf : faultsTo)(this.setting, cells, process);
  }

  private forget(cells: Cells, transitions: readonly Transition[]): readonly Transition[] {
    const { forgetting } = this;
    return forgetting === null
      ? transitions
      : transitions.map((transition) => forgetting.contents.forget(cells, transition));
  }
}
