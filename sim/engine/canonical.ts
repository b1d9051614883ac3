/** Canonical text: JSON with sorted keys, equal exactly for equal values. */
import type { Value } from "../kernel/index.ts";

/** A field's name, and what stands before its value. */
type Field = readonly [name: string, text: string];

/** Names of fields as some records have them, one after the other: what can come next, and all so far in their order. */
interface Names {
  readonly next: Map<string, Names>;
  sorted: readonly Field[] | null;
}

/** Records of few kinds come up all the time, so their fields are sorted once. Of the others there may be any number. */
const mostNames = 1 << 14;
let namesSoFar = 0;
const noNames: Names = { next: new Map(), sorted: null };

/** Text in which nothing is escaped. */
const plain = /^[ !#-[\]-~]*$/;

const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

const sorted = (names: readonly string[]): readonly Field[] =>
  [...names].sort().map((name) => [name, `${quoted(name)}:`]);

const fieldsOf = (record: object): readonly Field[] => {
  const own = Object.keys(record);
  let names = noNames;
  for (const name of own) {
    let next = names.next.get(name);
    if (next === undefined) {
      if (namesSoFar === mostNames) return sorted(own);
      namesSoFar++;
      next = { next: new Map(), sorted: null };
      names.next.set(name, next);
    }
    names = next;
  }
  names.sorted ??= sorted(own);
  return names.sorted;
};

export const canonical = (value: Value): string => {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value !== "object") return String(value);
  let fields = "";
  if (Array.isArray(value)) {
    for (const inner of value as readonly Value[]) fields += `${fields === "" ? "" : ","}${canonical(inner)}`;
    return `[${fields}]`;
  }
  const record = value as Readonly<Record<string, Value>>;
  for (const [name, text] of fieldsOf(record))
    fields += `${fields === "" ? "" : ","}${text}${canonical(record[name]!)}`;
  return `{${fields}}`;
};
