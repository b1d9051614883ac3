/** Whether what a process got is what the model gives. */
import type { Request, Result } from "../../model/index.ts";

const sorted = (value: object): string => JSON.stringify(Object.entries(value).sort());

export const sameRequest = (recorded: Request, named: Request): boolean => sorted(recorded) === sorted(named);

/** A child that ended before it could say anything has no name but its number. */
const isNameless = (name: string): boolean => /@\d+$/.test(name);

/** Whether two results are the same. Where a transfer took place real processes do not always know. */
export const sameResult = (recorded: Result, given: Result): boolean => {
  const { at: _place, ...result } = { at: undefined, ...recorded };
  const { at: _other, ...expected } = { at: undefined, ...given };
  const places = [recorded, given].flatMap((one) => ("at" in one && one.at !== undefined ? [one.at] : []));
  if (new Set(places).size > 1) return false;
  if ("name" in result && "name" in expected && isNameless(result.name))
    return sorted({ ...result, name: "" }) === sorted({ ...expected, name: "" });
  return sorted(result) === sorted(expected);
};
