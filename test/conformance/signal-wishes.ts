/** Calls about signals as they are drawn: sending, catching, blocking, awaiting them. */
import fc from "fast-check";
import {
  type Disposition,
  handler,
  ignore,
  kill,
  killpg,
  poll,
  type Signal,
  sigaction,
  sigprocmask,
  sigsuspend,
} from "../../model/index.ts";
import { blockable } from "./place.ts";
import { nth, type Wish } from "./wish.ts";

const dispositions = fc.oneof<fc.Arbitrary<Disposition>[]>(
  fc
    .record({ restart: fc.boolean(), once: fc.nat(3) })
    .map(({ restart, once }) => handler({ restart, once: once === 3 })),
  fc.constantFrom<Disposition[]>(ignore, { kind: "default" }),
);

interface Focus {
  readonly sent: fc.Arbitrary<Signal>;
  readonly caught: fc.Arbitrary<Signal>;
  readonly masked: readonly Signal[];
}

const about = ({ sent, caught, masked }: Focus) => {
  const kills = fc.tuple(fc.nat(3), sent).map(
    ([who, signal]): Wish =>
      ({ known, self }, { stops }) => {
        // First whom one has just started, or who is nearest; oneself comes last.
        const others = known.filter((one) => one !== self).toReversed();
        const target = nth(signal === "SIGSTOP" ? others : [...others, self], who);
        return target === undefined || (signal === "SIGSTOP" && !stops) ? null : kill(target, signal);
      },
  );
  const killsGroup = fc.tuple(fc.nat(2), sent).map(
    ([which, signal]): Wish =>
      ({ groups, group }, { stops }) => {
        if (signal === "SIGSTOP" && !stops) return null;
        const targets = signal === "SIGSTOP" ? groups.filter((one) => one !== group) : ["own", ...groups];
        const target = nth(targets, which);
        return target === undefined ? null : killpg(target, signal);
      },
  );

  const catches = fc.tuple(caught, dispositions).map(
    ([signal, disposition]): Wish =>
      (_, { stops }) => {
        const { kind } = disposition;
        if (kind === "handler" && stops && (signal === "SIGCHLD" || disposition.once)) return null;
        return sigaction(signal, disposition);
      },
  );
  const masks = fc
    .tuple(
      fc.constantFrom("unblock", "unblock", "block"),
      fc.subarray([...masked], { minLength: 1, maxLength: Math.min(2, masked.length) }),
    )
    .map(
      ([how, signals]): Wish =>
        () =>
          sigprocmask(how, ...signals),
    );
  const unblocks = fc.subarray([...masked], { maxLength: 2 });
  const suspends = unblocks.map(
    (signals): Wish =>
      () =>
        sigsuspend(...signals),
  );
  const polls = fc.tuple(fc.subarray([0, 1, 2, 3]), fc.subarray([0, 1, 2, 3]), unblocks).map(
    ([input, room, unblock]): Wish =>
      (place) => {
        const names = (wanted: readonly number[]) =>
          wanted.flatMap((at) => nth(Object.keys(place.descriptors), at) ?? []);
        return poll({ input: [...new Set(names(input))], room: [...new Set(names(room))], unblock });
      },
  );

  return { kills, killsGroup, catches, masks, suspends, polls };
};

/** All signals; most are SIGUSR1, which most processes live to hear of. */
export const signals = about({
  sent: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Signal>("SIGUSR1") },
    { weight: 2, arbitrary: fc.constant<Signal>("SIGUSR2") },
    { weight: 2, arbitrary: fc.constant<Signal>("SIGTERM") },
    { weight: 4, arbitrary: fc.constantFrom<Signal[]>("SIGCHLD", "SIGCONT", "SIGSTOP", "SIGKILL") },
  ),
  caught: fc.constantFrom("SIGUSR1", "SIGUSR1", "SIGUSR2", "SIGTERM", "SIGCHLD", "SIGCONT"),
  masked: blockable,
});

/** Mostly two of them, so that one is blocked, sent and awaited in one program. */
export const fewSignals = about({
  sent: fc.oneof(
    { weight: 8, arbitrary: fc.constant<Signal>("SIGUSR1") },
    { weight: 4, arbitrary: fc.constant<Signal>("SIGUSR2") },
    { weight: 2, arbitrary: fc.constantFrom<Signal[]>("SIGSTOP", "SIGCONT") },
  ),
  caught: fc.constant("SIGUSR1"),
  masked: ["SIGUSR1", "SIGUSR2"],
});
