/** What processes were seen to do to which columns: who touches them, under which locks, and what it does to their values. */
import type { PropertyId } from "../../model/index.ts";
import { lockCell } from "../kernel/index.ts";
import type { Act, Acts } from "./act.ts";
import { type Held, isExclusive, type LockBits, showHeld } from "./held.ts";
import type { Outlook } from "./outlook.ts";
import type { Product } from "./product.ts";
import type { Side, Sides } from "./sides.ts";
import { Touches } from "./touches.ts";

interface Sighting {
  readonly process: number;
  readonly side: Side;
  readonly vector: Int32Array;
  /** All that this side of the step touches. */
  readonly columns: readonly number[];
  /** The processes that existed. */
  readonly roster: readonly number[];
}

/** One of each kind of sightings, and all that sides of that kind touch. */
export interface Deed {
  readonly process: number;
  readonly act: Act;
  readonly side: Side;
  readonly vector: Int32Array;
  readonly columns: Set<number>;
  readonly roster: Set<number>;
}

export class Sightings {
  /** Properties that were shown. */
  readonly shown = new Set<PropertyId>();
  /** For each process, what was touched while it existed: what came before it, or after it, is none of its concern. */
  private readonly touches: Touches[] = [];
  private readonly sightings: Sighting[][] = [];
  /** Only for columns that somebody has asked for. */
  private readonly deeds = new Map<number, Map<string, Deed>>();
  private readonly registered = new Set<string>();
  private readonly guarded = new Set<number>();
  /** Locks that exclude as they should. */
  private reliable = -1;

  constructor(
    private readonly product: Product,
    private readonly sides: Sides,
    private readonly acts: Acts,
    private readonly locks: LockBits,
  ) {}

  /** Equal for equal knowledge. */
  get state(): string {
    const deeds = [...this.deeds.values()].reduce((sum, { size }) => sum + size, 0);
    const rosters = [...this.deeds.values()].flatMap((ofColumn) =>
      [...ofColumn.values()].map(({ roster }) => roster.size),
    );
    const touched = this.touches.map(({ version }) => version);
    return `${touched} ${deeds} ${rosters} ${this.reliable} ${this.shown.size}`;
  }

  /** False where as much was known already. */
  register(outlook: Outlook): boolean {
    const { sides, vector, held, heldAfter, moves } = outlook;
    const ids = sides.map((side) => (side.of === "call" ? side.moves.id : side.note.id));
    const locks = [held, ...heldAfter].map(showHeld);
    const key = `${ids} ${locks.join()} ${this.product.processesIn(vector)}`;
    if (this.registered.has(key)) return false;
    this.registered.add(key);
    for (const side of sides) {
      const [only = null, ...others] = heldAfter;
      if (side.of === "call") this.touchAll(outlook, side, held, others.length === 0 ? (only ?? held) : held);
      else {
        const after = heldAfter[moves.edges.indexOf(side.edge)]!;
        this.touchAll(outlook, side, after, after);
        for (const { type, property } of side.note.findings) if (type === "shown") this.shown.add(property);
      }
    }
    return true;
  }

  /** Works out what follows from what was registered. */
  update(): void {
    for (const column of this.deeds.keys()) this.deedsTo(column);
    const { columns } = this.product.blocks;
    this.reliable = -1;
    for (const [path, bit] of this.locks) {
      const column = columns.numberOf(lockCell(path).name);
      for (let value = 1; value < columns.sizeOf(column); value++)
        if (!isExclusive(columns.valueOf(column, value) as never)) this.reliable &= ~bit;
    }
  }

  /** Settles for which columns it is worth a look which locks are held. */
  settleGuards(): void {
    for (const touches of this.touches) for (const column of touches.settle()) this.guarded.add(column);
  }

  isGuarded(column: number): boolean {
    return this.guarded.has(column);
  }

  /** Who may touch a column in a way that matters while a process is about to read it or write it, holding these locks. */
  rivals(column: number, process: number, isWrite: boolean, held: Held): number[] {
    return this.touchesBeside(process).rivals(column, process, isWrite, held, this.reliable);
  }

  /** Who else was seen to touch a column while a process existed. */
  touchers(column: number, process: number): number[] {
    return this.touchesBeside(process).touchers(column);
  }

  /** What some processes were seen to do to a column while another one existed. */
  deedsOf(rivals: readonly number[], column: number, process: number): Deed[] {
    return [...this.deedsTo(column).values()].filter(
      (deed) => rivals.includes(deed.process) && deed.roster.has(process),
    );
  }

  /** `held`: the locks while it reads; `after`: also those that it takes. */
  private touchAll({ process, vector }: Outlook, side: Side, held: Held | null, after: Held | null): void {
    const { columns, reads, writes } = this.sides.accessOf(side, vector);
    const roster = this.product.processesIn(vector);
    for (const other of roster) {
      if (other === process) continue;
      const touches = this.touchesBeside(other);
      for (const column of reads) touches.add(column, process, "reads", held);
      for (const column of writes) touches.add(column, process, "writes", after);
    }
    for (const column of columns) {
      this.sightings[column] ??= [];
      this.sightings[column]!.push({ process, columns, side, vector, roster });
    }
  }

  private touchesBeside(process: number): Touches {
    while (this.touches.length <= process) this.touches.push(new Touches());
    return this.touches[process]!;
  }

  private deedsTo(column: number): ReadonlyMap<string, Deed> {
    const deeds = this.deeds.get(column) ?? new Map<string, Deed>();
    this.deeds.set(column, deeds);
    for (const { process, columns, side, vector, roster } of this.sightings[column] ?? []) {
      const key = `${process} ${this.sides.kindOf(side, vector)}`;
      const deed = deeds.get(key) ?? {
        ...{ process, side, vector, columns: new Set<number>(), roster: new Set<number>() },
        act: this.acts.of(column, side, vector),
      };
      for (const one of columns) deed.columns.add(one);
      for (const one of roster) deed.roster.add(one);
      deeds.set(key, deed);
    }
    this.sightings[column] = [];
    return deeds;
  }
}
