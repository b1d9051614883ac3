/**
 * What blocks for a reason that the kernel cannot be asked for: the model's port that was never open, a write to a file that is
 * made in two. The controller must be able to see that reason.
 */
import type { PredictedStep, ProcessName, Request, Result } from "../../model/index.ts";
import { Diverged } from "./divergence.ts";
import type { Link } from "./link.ts";
import type { Stage } from "./stage.ts";

const touchesFile = (request: Request, link: Link, { run }: Stage): boolean =>
  (request.call === "read" ||
    request.call === "write" ||
    request.call === "lseek" ||
    request.call === "ftruncate") &&
  link.descriptors.get(link.standing.numbers[request.fd] ?? -1) === run.log;

export class Reasons {
  /** Who is in the middle of a write to a file. */
  private readonly writing = new Set<ProcessName>();
  private wasOpen = false;

  constructor(private readonly stage: Stage) {}

  /** Takes note of a step: how the call of its process stands now, and who has ended. */
  note(
    { action, after }: PredictedStep,
    request: Request | null,
    result: Result | null,
    goesOn: boolean,
  ): void {
    if (goesOn) this.writing.add(action.process);
    else this.writing.delete(action.process);
    for (const name of this.writing)
      if (after.processes[name]?.status === undefined) this.writing.delete(name);
    for (const name of this.writing)
      if (after.processes[name]?.status === "zombie") this.writing.delete(name);
    if (request?.call === "listen" && result?.type === "ok") this.wasOpen = true;
  }

  /** Throws {@link Diverged} where there is no reason for this process to block. */
  demand(link: Link): void {
    const { request } = link.standing;
    if (request.call === "connect" && this.wasOpen)
      throw new Diverged(`${link.name} need not wait`, ["connect blocks"], ["the port has been open before"]);
    if (touchesFile(request, link, this.stage) && this.writing.size === 0)
      throw new Diverged(`${link.name} need not wait`, [`${request.call} blocks`], ["nobody is in a write"]);
  }
}
