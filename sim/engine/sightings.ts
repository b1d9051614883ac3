/** What processes were seen to do to which columns: who touches them, under which locks, and what it does to their values. */
import type { PropertyId } from "../../model/index.ts";
import { lockCell } from "../kernel/index.ts";
import { Act } from "./act.ts";
import { type Held, isExclusive, type LockBits, showHeld } from "./held.ts";
import type { Outlook } from "./outlook.ts";
import type { Product } from "./product.ts";
import type { Side, Sides } from "./sides.ts";
import { Touches } from "./touches.ts";

interface Sighting {
  readonly process: number;
  readonly side: Side;
  readonly vector: Int32Array;
  /** All that is touched in the same step. */
  readonly columns: readonly number[];
  /** Whether the process existed whose column it is. */
  readonly isMeanwhile: boolean;
}

/** One of each kind of sightings, and all that is touched in steps of that kind. */
export interface Deed extends Pick<Sighting, "process" | "isMeanwhile"> {
  readonly act: Act;
  readonly columns: Set<number>;
}

export class Sightings {
  /** Properties that were shown. */
  readonly shown = new Set<PropertyId>();
  private readonly touches = new Touches();
  /** The same where the process existed whose column it is: before, it cannot have been kept from anything. */
  private readonly meanwhile = new Touches();
  private readonly sightings: Sighting[][] = [];
  /** Only for columns that somebody has asked for. */
  private readonly deeds = new Map<number, Map<string, Deed>>();
  private readonly registered = new Set<string>();
  private readonly homes: number[] = [];
  /** Locks that exclude as they should. */
  private reliable = -1;

  constructor(
    private readonly product: Product,
    private readonly sides: Sides,
    private readonly locks: LockBits,
  ) {}

  /** Equal for equal knowledge. */
  get state(): string {
    const deeds = [...this.deeds.values()].reduce((sum, { size }) => sum + size, 0);
    return `${this.touches.version} ${this.meanwhile.version} ${deeds} ${this.reliable} ${this.shown.size}`;
  }

  /** False where as much was known already. */
  register(outlook: Outlook): boolean {
    const { sides, vector, held, heldAfter, moves } = outlook;
    const ids = sides.map((side) => (side.of === "call" ? side.moves.id : side.note.id));
    const locks = [held, ...heldAfter].map(showHeld);
    // Whether somebody existed whose column is touched hangs on who did.
    const key = `${ids} ${locks.join()} ${this.product.processesIn(vector)}`;
    if (this.registered.has(key)) return false;
    this.registered.add(key);
    const columns = sides.flatMap((side) => this.sides.accessOf(side, vector).columns);
    for (const side of sides) {
      const [only = null, ...others] = heldAfter;
      if (side.of === "call")
        this.touchAll(outlook, side, columns, held, others.length === 0 ? (only ?? held) : held);
      else {
        const after = heldAfter[moves.edges.indexOf(side.edge)]!;
        this.touchAll(outlook, side, columns, after, after);
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
    this.touches.settle();
    this.meanwhile.settle();
  }

  isGuarded(column: number): boolean {
    return this.touches.isGuarded(column) || this.meanwhile.isGuarded(column);
  }

  /** Who may touch a column in a way that matters while a process is about to read it or write it, holding these locks. */
  rivals(column: number, process: number, isWrite: boolean, held: Held): number[] {
    const touches = this.isOwn(column, process) ? this.meanwhile : this.touches;
    return touches.rivals(column, process, isWrite, held, this.reliable);
  }

  /** What some processes were seen to do to a column that matters to another one. */
  deedsOf(rivals: readonly number[], column: number, process: number): Deed[] {
    const isOwn = this.isOwn(column, process);
    return [...this.deedsTo(column).values()].filter(
      (deed) => rivals.includes(deed.process) && (deed.isMeanwhile || !isOwn),
    );
  }

  /** `held`: the locks while it reads; `after`: also those that it takes. */
  private touchAll(
    { process, vector }: Outlook,
    side: Side,
    columns: readonly number[],
    held: Held | null,
    after: Held | null,
  ): void {
    const access = this.sides.accessOf(side, vector);
    for (const column of access.columns) {
      const isMeanwhile = this.isMeanwhile(column, vector);
      for (const touches of isMeanwhile ? [this.touches, this.meanwhile] : [this.touches]) {
        if (access.reads.includes(column)) touches.add(column, process, "reads", held);
        if (access.writes.includes(column)) touches.add(column, process, "writes", after);
      }
      this.sightings[column] ??= [];
      this.sightings[column]!.push({ process, columns, side, vector, isMeanwhile });
    }
  }

  private deedsTo(column: number): ReadonlyMap<string, Deed> {
    const deeds = this.deeds.get(column) ?? new Map<string, Deed>();
    this.deeds.set(column, deeds);
    for (const { process, columns, side, vector, isMeanwhile } of this.sightings[column] ?? []) {
      const key = `${process} ${isMeanwhile} ${this.sides.kindOf(side, vector)}`;
      const act = deeds.get(key)?.act ?? new Act(this.product, column, side, vector);
      const deed = deeds.get(key) ?? { process, columns: new Set(), act, isMeanwhile };
      for (const one of columns) deed.columns.add(one);
      deeds.set(key, deed);
    }
    this.sightings[column] = [];
    return deeds;
  }

  private isOwn(column: number, process: number): boolean {
    return this.ownerOf(column) === process;
  }

  private isMeanwhile(column: number, vector: Int32Array): boolean {
    const owner = this.ownerOf(column);
    return owner < 0 || this.product.processesIn(vector).includes(owner);
  }

  /** The process in whose block a column is, or -1. */
  private ownerOf(column: number): number {
    const { product, homes } = this;
    while (homes.length < product.processCount)
      homes.push(product.blocks.blockNamed(product.nameOf(homes.length)));
    return homes.indexOf(product.blocks.blockOf(column));
  }
}
