/**
 * What processes can do in situations that are known. Many situations come to the same, so each thing stands there once, in
 * integers: what is met again and again stays in the processor's caches.
 */
import type { Action } from "../../model/index.ts";
import type { Value } from "../kernel/index.ts";
import type { Transition } from "../transition.ts";
import type { Deeds } from "./deeds.ts";
import { type Deed, type Edge, edgeOf } from "./edge.ts";
import { markOf } from "./histories.ts";
import { Lists } from "./lists.ts";
import { type Numbering, textOf } from "./numbering.ts";

/** All that a process can do, in one number: one deed, or where the list of them stands. */
export type Calls = number & { readonly calls: unique symbol };

const justOne = (deed: Deed): Calls => (2 * deed) as Calls;
const listAt = (place: number): Calls => (2 * place + 1) as Calls;

/** Of memory, about. */
const bytesPerEdge = 1_000;
const bytesPerSight = 1_000;
const bytesPerDeed = 30;

/** What there is to see of a step, and the deeds that differ in what they change only. */
interface Sight {
  readonly seen: Omit<Transition, "writes">;
  readonly action: number;
  readonly byChange: Map<string, Deed>;
}

export class Repertoire {
  private readonly sights = new Map<string, Sight>();
  private readonly actionNumbers = new Map<string, number>();
  private readonly actions: Action[] = [];
  private readonly marks: number[] = [];
  private readonly edges = new Map<Deed, Edge>();
  private readonly lists = new Lists();
  private readonly listsByText = new Map<string, Calls>();

  constructor(
    private readonly numbering: Numbering,
    private readonly deeds: Deeds,
  ) {}

  countOf(calls: Calls): number {
    return calls % 2 === 0 ? 1 : this.lists.lengthOf(calls >> 1);
  }

  /** The nth of them, from 0. */
  nthOf(calls: Calls, nth: number): Deed {
    return (calls % 2 === 0 ? calls >> 1 : this.lists.at(calls >> 1, nth)) as Deed;
  }

  edgesOf(calls: Calls): readonly Edge[] {
    return Array.from({ length: this.countOf(calls) }, (_, nth) => this.edgeOf(this.nthOf(calls, nth)));
  }

  edgeOf(deed: Deed): Edge {
    return this.edges.get(deed)!;
  }

  /** What is done, as schedules have it; by its number. */
  actionAt(number: number): Action {
    return this.actions[number]!;
  }

  /** A number for that, its process aside, which the histories know it by. */
  markAt(number: number): number {
    return this.marks[number]!;
  }

  /** All this in one number; null where there is no room for it. */
  callsFor(process: number, transitions: readonly Transition[]): Calls | null {
    const deeds: Deed[] = [];
    for (const transition of transitions) {
      const deed = this.deedFor(process, transition);
      if (deed === null) return null;
      deeds.push(deed);
    }
    const [only] = deeds;
    return only !== undefined && deeds.length === 1 ? justOne(only) : this.listOf(deeds);
  }

  private listOf(deeds: readonly Deed[]): Calls {
    const text = deeds.join();
    const known = this.listsByText.get(text);
    if (known !== undefined) return known;
    const list = listAt(this.lists.add(deeds));
    this.numbering.weight += 2 * text.length + bytesPerDeed * deeds.length;
    this.listsByText.set(text, list);
    return list;
  }

  private deedFor(process: number, transition: Transition): Deed | null {
    const { deeds } = this;
    const deed = deeds.passNumbered(transition.writes) as Deed;
    const change = deeds.textAt(deed);
    if (change === null) return null;
    const sight = this.see(transition);
    const known = sight.byChange.get(change);
    if (known !== undefined) return known;
    const { action, events, reactions } = sight.seen;
    deeds.keep(deed, process, sight.action, events.length);
    this.edges.set(deed, edgeOf(process, { action, events, reactions, writes: transition.writes }, deed));
    this.numbering.weight += bytesPerEdge + 2 * change.length;
    sight.byChange.set(change, deed);
    return deed;
  }

  private see(transition: Transition): Sight {
    const { action, events, reactions } = transition;
    const text = textOf([action, events, reactions] as unknown as Value);
    const known = this.sights.get(text);
    if (known !== undefined) return known;
    const seen = { action, events, reactions };
    const sight = { seen, action: this.numberFor(action), byChange: new Map<string, Deed>() };
    this.numbering.weight += bytesPerSight + 2 * text.length;
    this.sights.set(text, sight);
    return sight;
  }

  private numberFor(action: Action): number {
    const text = textOf(action as unknown as Value);
    const known = this.actionNumbers.get(text);
    if (known !== undefined) return known;
    this.actionNumbers.set(text, this.actions.length);
    this.marks.push(markOf(action));
    return this.actions.push(action) - 1;
  }
}
