/**
 * Which processes have come how far, in any run. What a process can do is learnt where it has come by a way that it came in
 * other runs before: most of what happens on another way is never met again, and to remember it would take longer than to
 * find it out.
 */
import type { Action } from "../../model/index.ts";

/** A way that was come so many times is come again. */
const often = 2;
/** When there are more ways than this, all are forgotten. */
const most = 1 << 18;

const mixed = (a: number, b: number): number => {
  const h = Math.imul(a ^ b, 0x9e3779b1);
  return Math.imul(h ^ (h >>> 15), 0x85ebca6b) ^ (h >>> 13);
};

/** Of a long text the end says enough. */
const longest = 16;

const withText = (mark: number, text: string): number => {
  let sum = mixed(mark, text.length);
  for (let at = Math.max(0, text.length - longest); at < text.length; at++)
    sum = Math.imul(sum, 31) + text.charCodeAt(at);
  return sum;
};

/** A number for what an action is, its process aside. */
export const markOf = ({ call, outcome }: Action): number => withText(withText(0, call), outcome);

export class Histories {
  /** How often each has come up, as far as that matters. Two may be taken for one, which does no harm. */
  private readonly times = new Map<number, number>();

  /** Whether it has come up so often that it will again; from now on once more. */
  meet(history: number): boolean {
    const times = this.times.get(history) ?? 0;
    if (times >= often) return true;
    if (this.times.size >= most) this.times.clear();
    this.times.set(history, times + 1);
    return false;
  }
}

/** The histories of one run's processes, each as a number that others hardly ever have. */
export class Course {
  private readonly steps: number[] = [];
  /** By process: whether other runs have come as far with it; undefined where nobody has asked. */
  private readonly areMet: (boolean | undefined)[] = [];

  constructor(private readonly histories: Histories) {}

  /** Whether a process has come by a way that it often comes. */
  isMet(process: number): boolean {
    const known = this.areMet[process];
    if (known !== undefined) return known;
    const isMet = this.histories.meet(this.of(process));
    this.areMet[process] = isMet;
    return isMet;
  }

  /** A process takes a step, or a fault hits it. */
  goOn(process: number, mark: number): void {
    this.steps[process] = mixed(this.of(process), mark);
    this.areMet[process] = undefined;
  }

  private of(process: number): number {
    return this.steps[process] ?? mixed(process + 1, 0);
  }
}
