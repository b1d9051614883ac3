/**
 * Long work is a generator: it yields how far it has got now and then, so that whoever drives it can show that, let other
 * things happen in between, and end it early by answering `stop`.
 */
export type Answer = "stop" | undefined;

/** Drives the work to its end without a break. */
export const finish = <P, R>(
  work: Generator<P, R, Answer>,
  goOn: (progress: P) => boolean = () => true,
): R => {
  let step = work.next(undefined);
  while (!step.done) step = work.next(goOn(step.value) ? undefined : "stop");
  return step.value;
};

/** Does work as a part of other work, which tells how far it is itself wherever the part yields; null where it is ended early. */
export function* partly<P, R>(
  part: Generator<unknown, R, unknown>,
  progress: () => P,
): Generator<P, R | null, Answer> {
  let step = part.next();
  for (; !step.done; step = part.next()) if ((yield progress()) === "stop") return null;
  return step.value;
}
