/** Checks `papaya` within bounds, and that the search is exactly as large as it was. */
import { expect, it } from "vitest";
import { papaya } from "../command.ts";
import type { Proof } from "./bounds.ts";

export const prove = ({ flags, ...expected }: Proof): void =>
  it(`papaya check papaya ${flags}`, async () => {
    const arguments_ = ["check", "papaya", "--json", ...flags.split(" ").filter((flag) => flag !== "")];
    const { code, out } = await papaya(arguments_);
    expect(JSON.parse(out)).toMatchObject({ verdict: "holds", ...expected });
    expect(code).toBe(0);
  });

/** From so many states on a proof has a file, and so a core, to itself. */
export const large = 10_000_000;
