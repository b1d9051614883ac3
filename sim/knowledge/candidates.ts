/** Processes that may have a call to make: all but those that are known to be blocked. By their numbers, in a stable order. */
export class Candidates {
  readonly list: number[] = [];
  /** By process: how often it stands there. */
  private readonly listed: number[] = [];

  /** One more may have a call to make. */
  add(process: number): void {
    this.list.push(process);
    this.listed[process] = (this.listed[process] ?? 0) + 1;
  }

  /** One may be able to go on again. */
  restore(process: number): void {
    if (this.listed[process] === 0) this.add(process);
  }

  /** One has none; the last takes its place. */
  drop(process: number): void {
    const at = this.list.indexOf(process);
    if (at < 0) return;
    this.listed[process]!--;
    const last = this.list.pop();
    if (last !== undefined && last !== process) this.list[at] = last;
  }
}
