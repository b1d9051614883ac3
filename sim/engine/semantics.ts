/**
 * What the plain code says of steps, events and states at rest: as it is, or with labels in the place of what lines of the
 * log say, and compared with what it says of lines in their place.
 */
import type { Finding, ProcessName, Property, Setting, TraceEvent } from "../../model/index.ts";
import type { Cells } from "../kernel/index.ts";
import { quiescentEvent } from "../quiescence.ts";
import { callsOf, faultsTo, type Transition } from "../transition.ts";
import { Blindness, ContentsMatter } from "./blindness.ts";
import { Contents, forgottenIn } from "./contents.ts";
import { judgeAll, type Observed } from "./observed.ts";
import { CellMatters, type Slice } from "./slice.ts";

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
  movesOf(kind: Kind, cells: Cells, process: ProcessName): readonly Transition[] {
    const { forgetting, setting } = this;
    const moves = () => (kind === "calls" ? callsOf : faultsTo)(setting, cells, process);
    if (forgetting === null) return moves();
    return blindly(() => {
      const transitions = moves();
      forgetting.blindness.compareMoves(cells, process, transitions);
      return transitions.map((transition) => forgetting.contents.forget(cells, transition));
    });
  }

  /** What observers and properties make of a step. */
  noteOn(events: readonly TraceEvent[], cells: Cells): Observed {
    const { forgetting, properties, setting } = this;
    if (forgetting === null) return judgeAll(properties, setting, events, cells);
    return blindly(() => {
      const observed = forgetting.contents.observe(events, cells);
      forgetting.blindness.compareObserved(events, cells, observed);
      return observed;
    });
  }

  /** What properties say where nothing can move. */
  restOf(cells: Cells): readonly Finding[] {
    const { forgetting, properties, setting } = this;
    const event = () => quiescentEvent(setting, cells);
    if (forgetting === null) return judgeAll(properties, setting, [event()], cells).findings;
    return blindly(() => {
      const told = event();
      const within = forgottenIn(cells);
      const observed = forgetting.contents.observe([told], cells, within);
      forgetting.blindness.compareRest(cells, told, observed, within);
      return observed.findings;
    });
  }
}

/** Whoever fails on labels has looked at them, or fails on letters as well: that turns out where letters are kept. */
const blindly = <T>(learn: () => T): T => {
  try {
    return learn();
  } catch (error) {
    if (error instanceof ContentsMatter || error instanceof CellMatters) throw error;
    throw new ContentsMatter(error instanceof Error ? error.message : String(error));
  }
};
