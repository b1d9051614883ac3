/** Where each fact of the numbered list stands: which arms have a test of it. */
import { isStaged } from "./fact.ts";
import { themes } from "./facts/index.ts";
import { experiments } from "./native/index.ts";

export interface Standing {
  /** Whether every run of some script on the simulated kernel shows it. */
  readonly simulated: boolean;
  /**
   * `steered`: real processes do it by themselves, held only before their calls. `staged`: only with the gate's help.
   * `native`: in an experiment, where nobody holds them.
   */
  readonly real: readonly ("steered" | "staged" | "native")[];
}

/** The numbers that a title begins with. */
const numbersOf = (says: string): readonly number[] =>
  [...(/^(?:\[\d+\] ?)+/.exec(says)?.[0] ?? "").matchAll(/\d+/g)].map(([number]) => Number(number));

const facts = Object.values(themes).flat();

/** Every number that the title of a fact or of an experiment has. */
export const numbered = (): readonly number[] => {
  const titles = [...facts, ...Object.values(experiments)].flatMap(({ says }) => numbersOf(says));
  return [...new Set(titles)].sort((a, b) => a - b);
};

export const standingOf = (number: number): Standing => {
  const isOf = ({ says }: { readonly says: string }) => numbersOf(says).includes(number);
  const scripts = facts.filter(isOf);
  const isNative = Object.values(experiments).some(isOf);
  const steered = scripts.some((fact) => !isStaged(fact));
  return {
    simulated: scripts.length > 0,
    real: [
      ...(steered ? (["steered"] as const) : scripts.length > 0 ? (["staged"] as const) : []),
      ...(isNative ? (["native"] as const) : []),
    ],
  };
};
