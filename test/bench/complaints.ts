/** What must not come out of a benchmark: whoever counts wrong is not fast. */
import { agree } from "./measurement.ts";
import type { Result } from "./results.ts";
import { keyOf, rows } from "./rows.ts";

/** Whether both search every state, the same ones with and without the order of the log. */
const isSameSpace = (result: Result): boolean =>
  rows.find((row) => keyOf(row) === keyOf(result))?.spin?.reduced === false;

/** A sentence for each result in which a property is broken, or the two do not count the same. */
export const complaints = (results: readonly Result[]): string[] =>
  results.flatMap((result) => {
    const { ours, spin } = result;
    const bothEnded = ours?.ended === "complete" && spin?.ended === "complete";
    return [
      ...(ours?.verdict === "violated" ? [`${keyOf(result)}: our search found a broken property`] : []),
      ...(spin?.verdict === "violated" ? [`${keyOf(result)}: Spin found a broken assertion`] : []),
      ...([ours, spin].some((one) => one?.ended === "died") ? [`${keyOf(result)}: a search died`] : []),
      ...(bothEnded && isSameSpace(result) && !agree(ours, spin)
        ? [`${keyOf(result)}: ours and Spin do not count the same`]
        : []),
    ];
  });
