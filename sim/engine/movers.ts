/**
 * Movers: steps that may be taken at once, because nothing that others can do before has to do with them (Lipton's movers;
 * partial-order reduction). Whoever has moved goes on as long as its next step is one, and no state between is kept.
 *
 * A step is one where each column that it touches is touched by nobody else; or only under a lock that keeps the others
 * out as long as the process does not move; or where both orders have been tried and make no difference. The observers are
 * part of a step, so whatever a property can see counts.
 *
 * What others may touch is judged by what they were seen to touch. That is settled from time to time, so that no judgement
 * hangs on the order in which things are learnt; and whoever has relied on judgements is told then whether they still hold.
 *
 * Why what was seen is enough: take the first step, after the fewest others, that has to do with one taken at once before it, or with
 * what the process did at once behind that one. All others commute with these; so a state is searched in which the same is
 * about to happen with all of them done already. There, whoever does it reads the same values up to the first column that they
 * have touched; so it was seen to touch that column. If that was tried, it was with the values before; and where one side of a step
 * touches several such columns, whoever changes them, with all of their values together.
 */
import { lockCell } from "../kernel/index.ts";
import { finish } from "../progress.ts";
import { Acts } from "./act.ts";
import { mostBlocks } from "./blocks.ts";
import { LockBits, nothingHeld, showHeld } from "./held.ts";
import { type Case, Judge } from "./judge.ts";
import { type Outlook, Outlooks } from "./outlook.ts";
import type { Product } from "./product.ts";
import { Sides } from "./sides.ts";
import { Sightings } from "./sightings.ts";
import type { Symmetry } from "./symmetry.ts";

const yieldEvery = 1 << 6;

export class Movers {
  private readonly locks = new LockBits();
  private readonly sides: Sides;
  private readonly sightings: Sightings;
  private readonly outlooks: Outlooks;
  private readonly judge: Judge;
  private isLearning = true;
  /** What was learnt since it was settled last, and of its likes what was learnt in settling it. */
  private fresh: Outlook[] = [];
  private readonly images: Outlook[] = [];
  private isLookingAtLikes = false;
  private readonly whole = new Int32Array(mostBlocks);
  private readonly image = new Int32Array(mostBlocks);
  private settled = "";
  private readonly cases = new Map<string, Case>();
  private readonly relied = new Set<Case>();

  constructor(
    private readonly product: Product,
    private readonly symmetry: Symmetry | null,
    hasFaults: boolean,
  ) {
    this.sides = new Sides(product);
    const acts = new Acts(product, this.sides);
    this.sightings = new Sightings(product, this.sides, acts, this.locks);
    this.judge = new Judge(product, symmetry, this.sides, acts, this.sightings);
    this.outlooks = new Outlooks(
      ...([product, this.sides, this.locks, hasFaults] as const),
      (column) => this.isLearning || this.sightings.isGuarded(column),
      (outlook) => (this.isLookingAtLikes ? this.images : this.fresh).push(outlook),
    );
  }

  /** Properties that were shown on the way. */
  get shown(): Sightings["shown"] {
    return this.sightings.shown;
  }

  /** Looks at what a process can do in a state that is no sweep's. Once one has begun, sweeps themselves see what there is. */
  watch(process: number, vector: Int32Array): void {
    if (this.isLearning) this.at(process, vector);
  }

  /** What a process can do next in a state; whatever is new is learnt. */
  at(process: number, vector: Int32Array): Outlook {
    return this.outlooks.at(process, vector);
  }

  /** Whether what a process does next can be done at once, judged by what is settled. */
  canGoOn(outlook: Outlook): boolean {
    outlook.isMover ??= this.isMover(outlook);
    return outlook.isMover;
  }

  /** Takes what was learnt into account, and yields now and then. Returns whether everything that was said before still holds. */
  *settling(): Generator<undefined, boolean, unknown> {
    const { fresh, images, sightings, judge, relied } = this;
    this.fresh = [];
    // What is seen of one client is as good as seen of its likes; and their likes are its own.
    for (const [at, outlook] of fresh.entries()) {
      if (sightings.register(outlook)) this.lookAtLikes(outlook);
      if (at % yieldEvery === 0) yield;
    }
    for (const outlook of images) sightings.register(outlook);
    images.length = 0;
    // Judging teaches as well: what is kept, what is asked for, and values that locks can come to have.
    for (;;) {
      sightings.update();
      for (const one of relied) judge.keep(one);
      const state = `${sightings.state} ${judge.state}`;
      if (state === this.settled) return true;
      this.settled = state;
      judge.forget();
      const mistaken = [...relied].filter((one) => !judge.isMover(one));
      for (const one of mistaken) judge.giveUp(one);
      if (mistaken.length > 0) return false;
      yield;
    }
  }

  /** Forgets what was judged, but nothing of what was seen. */
  begin(): void {
    finish(this.settling());
    this.isLearning = false;
    this.sightings.settleGuards();
    this.outlooks.forget();
    this.relied.clear();
    this.judge.forget();
  }

  private lookAtLikes(outlook: Outlook): void {
    this.isLookingAtLikes = true;
    for (let at = 1; at <= (this.symmetry?.permutations.length ?? 0); at++) this.likeOf(outlook, at);
    this.isLookingAtLikes = false;
  }

  /** The same under a permutation, the identity being 0. */
  private likeOf(outlook: Outlook, at: number): Outlook {
    const { symmetry, product, whole, image } = this;
    if (symmetry === null || at === 0) return outlook;
    whole.fill(0);
    whole.set(outlook.vector);
    image.fill(0);
    symmetry.permutations[at - 1]!.apply(whole, image);
    const process = symmetry.processUnder(at, outlook.process);
    product.processesIn(image);
    return this.at(process, image);
  }

  private isMover(outlook: Outlook): boolean {
    if (outlook.moves.edges.length !== 1 || outlook.isInDanger) return false;
    // As much was seen of each client as of its likes; so what is judged of one holds for all of them.
    const first = this.symmetry?.permutationToFirst(outlook.process) ?? 0;
    const one = this.caseOf(this.likeOf(outlook, first));
    const isOne = this.judge.isMover(one);
    if (isOne) this.relied.add(one);
    return isOne;
  }

  private caseOf({ process, sides, vector, held }: Outlook): Case {
    const { blocks } = this.product;
    // Whether others can take a lock away may hang on more than on who holds it.
    const locks = (held ?? nothingHeld).alone.holds.map(({ path }) =>
      blocks.numberAt(vector, blocks.columnOf(lockCell(path).name)),
    );
    const key = `${process} ${sides.map((side) => this.sides.kindOf(side, vector))} ${showHeld(held)} ${locks}`;
    const known = this.cases.get(key);
    if (known !== undefined) return known;
    const fresh = { process, sides, vector, held: held ?? nothingHeld };
    this.cases.set(key, fresh);
    return fresh;
  }
}
