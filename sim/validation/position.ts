/**
 * Where a search stands: a world, and how far the record of each process has been accounted for. One step forward, or back
 * again, at the cost of what the step changes. What a process can do is evaluated again only when a cell that it has looked
 * at has changed.
 */
import { type Action, type ProcessName, roleOf, type Setting, startMachine } from "../../model/index.ts";
import { type Cell, type Cells, contextCell, processCell, type Value } from "../kernel/index.ts";
import { cellsOf, initialWorld, withWrites } from "../world.ts";
import type { AllowanceName } from "./allowances.ts";
import { inputOf } from "./alone.ts";
import type { Entry, Track } from "./intervals.ts";
import { Keys } from "./keys.ts";
import { type Option, optionsAt } from "./options.ts";

/** What can happen at the front of a track, and the cells that this depends on and changes. */
export interface Front {
  readonly options: readonly Option[];
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
}

interface Undo {
  readonly cells: readonly (readonly [string, Value])[];
  readonly places: readonly (readonly [number, number])[];
  readonly steps: number;
}

const never = Number.POSITIVE_INFINITY;

export class Position {
  readonly steps: { readonly action: Action; readonly allowance: AllowanceName | null }[] = [];
  private readonly values: Map<string, Value>;
  private readonly places: number[];
  private readonly fronts = new Map<number, Front>();
  /** Tracks whose front has looked at a cell. */
  private readonly readers = new Map<string, Set<number>>();
  private readonly trail: Undo[] = [];
  private readonly keys = new Keys();
  private readonly byProcess = new Map<ProcessName, readonly number[]>();

  constructor(
    readonly setting: Setting,
    readonly tracks: readonly Track[],
    /** Whether what the real kernel may do beyond the model is allowed. */
    private readonly allowing = true,
  ) {
    this.values = new Map(startOf(setting, tracks));
    this.places = tracks.map(() => 0);
    for (const [at, { process }] of tracks.entries())
      this.byProcess.set(process, [...(this.byProcess.get(process) ?? []), at]);
  }

  get cells(): Cells {
    return cellsOf(this.values);
  }

  placeOf(track: number): number {
    return this.places[track] ?? 0;
  }

  /** The moment by which the front of a track must be done. */
  dueOf(track: number): number {
    return this.tracks[track]?.due[this.placeOf(track)] ?? never;
  }

  /** What a track must account for by the moment at which it is due. */
  dueEntry(track: number): { readonly process: ProcessName; readonly entry: Entry; readonly at: number } {
    const at = this.dueOf(track);
    const { process, entries } = this.tracks[track] ?? { process: "" as ProcessName, entries: [] };
    const entry = entries.slice(this.placeOf(track)).find(({ to }) => to === at);
    if (entry === undefined) throw new Error("internal: nothing is due");
    return { process, entry, at };
  }

  /** The track that is due first; undefined where all that has an end is accounted for. */
  firstDue(): number | undefined {
    let first: number | undefined;
    for (let track = 0; track < this.tracks.length; track++)
      if (this.dueOf(track) < (first === undefined ? never : this.dueOf(first))) first = track;
    return first;
  }

  frontOf(track: number): Front {
    const known = this.fronts.get(track);
    if (known !== undefined) return known;
    const reads = new Set<string>();
    const watched: Cells = {
      get: <T>(cell: Cell<T>) => {
        reads.add(cell.name);
        return this.cells.get(cell);
      },
      set: this.cells.set,
    };
    const options = this.options(watched, track, false);
    const writes = new Set(options.flatMap(({ transition }) => [...(transition?.writes.keys() ?? [])]));
    for (const cell of reads) this.readers.set(cell, (this.readers.get(cell) ?? new Set()).add(track));
    const front = { options, reads, writes };
    this.fronts.set(track, front);
    return front;
  }

  /** What the front of a track can do by an allowance only. */
  allowedFor(track: number): readonly Option[] {
    return this.allowing ? this.options(this.cells, track, true) : [];
  }

  /** Takes a step; false, and nothing has changed, where it would kill a process that went on to do something. */
  take({ track, takes, transition, allowance }: Option): boolean {
    const died = (transition?.events ?? []).flatMap((event) => (event.type === "exit" ? [event] : []));
    const places = new Map([[track, this.placeOf(track) + takes]]);
    for (const { process, signal } of died)
      for (const hit of this.byProcess.get(process) ?? []) {
        const { entries = [] } = this.tracks[hit] ?? {};
        const left = entries.slice(places.get(hit) ?? this.placeOf(hit));
        if (left.some((entry) => entry.kind === "call" && entry.result !== null)) return false;
        if (left.some((entry) => entry.kind === "death" && entry.signal !== signal)) return false;
        places.set(hit, entries.length);
      }
    const cells = [...(transition?.writes.keys() ?? [])];
    this.trail.push({
      cells: cells.map((cell) => [cell, this.values.get(cell) ?? null]),
      places: [...places.keys()].map((at) => [at, this.placeOf(at)]),
      steps: this.steps.length,
    });
    for (const [cell, value] of transition?.writes ?? []) this.put(cell, value);
    for (const [at, place] of places) this.move(at, place);
    if (transition !== null) this.steps.push({ action: transition.action, allowance });
    return true;
  }

  /** Takes the last step back. */
  back(): void {
    const undo = this.trail.pop();
    if (undo === undefined) return;
    for (const [cell, value] of undo.cells) this.put(cell, value);
    for (const [at, place] of undo.places) this.move(at, place);
    this.steps.length = undo.steps;
  }

  /** Everything that what may still happen depends on, as a text: two positions with the same one have the same future. */
  key(): string {
    const { keys } = this;
    const cells = [...this.values].map(([cell, value]) => [keys.numberOfText(cell), keys.numberOf(value)]);
    return [...this.places, ...cells.sort(([a = 0], [b = 0]) => a - b).flat()].join();
  }

  private options(cells: Cells, track: number, allowing: boolean): readonly Option[] {
    const found = this.tracks[track];
    if (found === undefined) return [];
    return optionsAt(
      this.setting,
      cells,
      { track, process: found.process, entries: found.entries },
      this.placeOf(track),
      allowing,
    );
  }

  private put(cell: string, value: Value): void {
    if (value === null) this.values.delete(cell);
    else this.values.set(cell, value);
    for (const reader of this.readers.get(cell) ?? []) this.fronts.delete(reader);
    this.readers.delete(cell);
  }

  private move(track: number, place: number): void {
    this.places[track] = place;
    this.fronts.delete(track);
  }
}

/** The world before anything has happened; clients are as the trace shows them. */
const startOf = (setting: Setting, tracks: readonly Track[]): ReadonlyMap<string, Value> => {
  const world = initialWorld(setting);
  const writes = new Map<string, Value>();
  for (const track of tracks) {
    if (roleOf(track.process) !== "client" || !world.has(processCell(track.process).name)) continue;
    const { context } = startMachine(setting.protocol.client, inputOf(setting, track));
    writes.set(contextCell(track.process).name, context as Value);
  }
  return withWrites(world, writes);
};
