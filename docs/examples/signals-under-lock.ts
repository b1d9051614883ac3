import type { Observer, Property } from "papaya-proof";

/** For each process, whether it has been given the exclusive lock and has not given it back. */
const exclusive: Observer<boolean> = {
  id: "exclusive",
  initial: () => false,
  keyOf: (event) =>
    event.type === "exit" || (event.type === "return" && event.request.call === "flock") ? event.process : null,
  after: (_, event) =>
    event.type === "return" &&
    event.request.call === "flock" &&
    event.request.mode === "EX" &&
    event.result.type === "ok",
};

export const signalsUnderLock: Property = {
  id: "P18",
  name: "signals-under-lock",
  kind: "always",
  says: "Whoever signals the group holds the exclusive lock.",
  observers: [exclusive],
  onEvent: (event, seen) =>
    event.type === "return" && event.request.call === "killpg" && !seen.get(exclusive, event.process)
      ? `${event.process} signals without the lock`
      : null,
};
