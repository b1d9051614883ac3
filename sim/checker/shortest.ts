/** For each state of a breadth-first search: whom it was first reached from, and with how few context switches. */

/** Processes beyond this many share a bit, and then the fewest switches are only nearly so. */
const bits = 32;

export class Shortest {
  private parents = new Int32Array(1 << 16).fill(-1);
  private switches = new Uint16Array(1 << 16);
  /** The processes that can have taken the last step, one bit each. */
  private lasts = new Uint32Array(1 << 16);
  private count = 0;

  start(): void {
    this.count = 1;
    this.lasts[0] = 0xffffffff;
  }

  /**
   * A step by `process` leads from `parent` to `state`, which lies one layer deeper. There the process goes by one of
   * `names` (a state of permuted clients calls it differently).
   */
  reach(state: number, parent: number, process: number, names: readonly number[]): void {
    const switches = this.switchesTo(parent, process);
    let bit = 0;
    for (const name of names) bit |= 1 << (name % bits);
    bit >>>= 0;
    if (state >= this.count) {
      if (state >= this.parents.length) this.grow();
      this.count = state + 1;
    } else if (switches > this.switches[state]!) return;
    else if (switches === this.switches[state]!) {
      this.lasts[state] = (this.lasts[state]! | bit) >>> 0;
      return;
    }
    this.parents[state] = parent;
    this.switches[state] = switches;
    this.lasts[state] = bit;
  }

  /** The fewest switches with which a state is reached, the one to a next step by `process` included. */
  switchesTo(state: number, process: number | null): number {
    const here = this.switches[state]!;
    return process === null || this.canEndWith(state, process) ? here : here + 1;
  }

  canEndWith(state: number, process: number): boolean {
    return ((this.lasts[state]! >>> (process % bits)) & 1) === 1;
  }

  parentOf(state: number): number {
    return this.parents[state]!;
  }

  private grow(): void {
    const size = this.parents.length * 2;
    const parents = new Int32Array(size).fill(-1);
    parents.set(this.parents);
    const switches = new Uint16Array(size);
    switches.set(this.switches);
    const lasts = new Uint32Array(size);
    lasts.set(this.lasts);
    Object.assign(this, { parents, switches, lasts });
  }
}
