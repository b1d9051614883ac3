/**
 * Whether it is worth while to remember everything. It is tried with so many questions; where too many of them were new, it is left for
 * a while, and tried again.
 */

/** Questions after which it is seen whether it was. */
const trial = 1 << 16;
/** As long as no larger a part of them was new. At first nearly everything is. */
const mostNew = 0.4;
/** Questions for which it is left. */
const pause = 1 << 18;

export class Worth {
  private asked = 0;
  private missed = 0;
  private left = 0;

  get isGiven(): boolean {
    return this.left === 0;
  }

  /** Somebody has asked for something that is remembered, or will be from now on. */
  note(wasKnown: boolean): void {
    this.asked++;
    if (!wasKnown) this.missed++;
    if (this.asked < trial) return;
    if (this.missed > mostNew * this.asked) this.left = pause;
    this.asked = 0;
    this.missed = 0;
  }

  /** Somebody has asked for something while it was not tried. */
  pass(): void {
    this.left--;
  }
}
