/**
 * Renamings: permutations of clients, as substitutions on names, numbers and bytes. They are derived from the setting, by
 * comparing what clients and first processes are given; whether one of them really is a symmetry is not taken on trust
 * (`symmetry.ts`).
 */
import { byName, metaOf, type Setting } from "../../model/index.ts";
import type { Value } from "../kernel/index.ts";

/** Clients that differ in their numbers and in some letters only. */
interface Class {
  readonly indices: readonly string[];
  /** For each of them, the letters that are its own. */
  readonly letters: ReadonlyMap<string, readonly string[]>;
}

export class Renaming {
  constructor(
    private readonly indices: ReadonlyMap<string, string>,
    private readonly letters: ReadonlyMap<string, string>,
    /** Every character that clients send: text of other characters is no text of theirs. */
    private readonly alphabet: ReadonlySet<string>,
    private readonly words: ReadonlySet<string>,
    /** Roles of processes that serve everybody: the number of such a one counts its lives. */
    private readonly apart: ReadonlySet<string>,
  ) {}

  /** The index that stands where another one stood. */
  index(index: string): string {
    return this.indices.get(index) ?? index;
  }

  /** A cell's name. */
  cell(name: string): string {
    return name
      .split("/")
      .map((part) => this.named(this.bare(part)))
      .join("/");
  }

  /** What stands in a cell. */
  value(cell: string, value: Value): Value {
    if (value === null) return null;
    const renamed = this.of(value, "");
    if (cell === "roster") return [...(renamed as string[])].sort(byName);
    if (cell.startsWith("zombies/"))
      return [...(renamed as { name: string }[])].sort((a, b) => byName(a.name, b.name));
    if (cell.startsWith("group/"))
      return {
        ...(renamed as object),
        members: [...(renamed as { members: string[] }).members].sort(byName),
      };
    return renamed;
  }

  /** Any plain data: events, actions, names of processes. */
  of(value: Value, key = ""): Value {
    if (typeof value === "string") return this.text(value, key);
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((inner) => this.of(inner, key));
    const entries = Object.entries(value).map(([name, inner]) => [this.named(name), this.of(inner, name)]);
    return Object.fromEntries(entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
  }

  private text(text: string, key: string): string {
    if (keysOfConnections.has(key)) return this.named(this.bare(text));
    if (/\[\d/.test(text)) return this.named(text);
    if (this.words.has(text)) return text;
    // Line by line: between lines of clients there may be some that the server says itself.
    return text
      .split(/(?<=\n)/)
      .map((line) => this.line(line))
      .join("");
  }

  private line(text: string): string {
    const letters = [...text];
    if (!letters.every((letter) => this.alphabet.has(letter))) return text;
    return letters.map((letter) => this.letters.get(letter) ?? letter).join("");
  }

  /** `RECV[1.2]`, `SEND[1].log` */
  private named(text: string): string {
    return text.replace(/(\w*)\[(\d+)(?=[\].:])/g, (whole, role: string, index: string) =>
      this.apart.has(role) ? whole : `${role}[${this.index(index)}`,
    );
  }

  /** `1`, `1.2`, `1.toClient` */
  private bare(text: string): string {
    return text.replace(/^\d+(?=$|\.)/, (index) => this.index(index));
  }
}

/** Fields that name a connection by its bare number. */
const keysOfConnections = new Set(["connection", "cluster", "input", "output", "backlog"]);

const classesOf = (setting: Setting): Class[] => {
  const indices = [
    ...new Set([
      ...setting.clients.map(({ name }) => /\[(\d+)\]/.exec(name)?.[1] ?? ""),
      ...setting.protocol.start.map(({ index }) => index ?? ""),
    ]),
  ].filter((index) => index !== "");
  const given = (index: string): Value =>
    [
      setting.clients.filter(({ name }) => name === `client[${index}]`),
      setting.protocol.start.filter((process) => process.index === index),
    ] as unknown as Value;
  const classes: { indices: string[]; letters: Map<string, string[]> }[] = [];
  for (const index of indices) {
    const joined = classes.some((known) => {
      const [first = ""] = known.indices;
      const differences = new Map<string, string>();
      if (!isAlike(given(first), given(index), first, index, differences)) return false;
      const own = [...differences.keys()];
      const before = known.indices.length === 1 ? own : (known.letters.get(first) ?? []);
      if (own.join() !== before.join() || new Set(differences.values()).size < own.length) return false;
      known.indices.push(index);
      known.letters.set(first, own);
      known.letters.set(index, [...differences.values()]);
      return true;
    });
    if (!joined) classes.push({ indices: [index], letters: new Map() });
  }
  return classes.filter((known) => known.indices.length > 1);
};

/** Whether two clients are given the same but for their numbers and some letters, which are noted. */
const isAlike = (
  a: Value,
  b: Value,
  index: string,
  other: string,
  differences: Map<string, string>,
): boolean => {
  if (typeof a === "string" && typeof b === "string") {
    if (a === b && a !== index) return true;
    if (a.replace(`[${index}]`, `[${other}]`) === b && a !== b) return true;
    if (a === index && b === other) return true;
    if (a.length !== b.length) return false;
    return [...a].every((letter, at) => {
      const instead = b[at] as string;
      if (letter === instead) return !differences.has(letter);
      const known = differences.get(letter);
      differences.set(letter, instead);
      return known === undefined || known === instead;
    });
  }
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    left.length === right.length &&
    left.every(([key, value], at) => {
      const [otherKey, otherValue] = right[at] as [string, Value];
      return key === otherKey && isAlike(value as Value, otherValue, index, other, differences);
    })
  );
};

/** Every order of some values, the given one first. */
export const permutations = <T>(values: readonly T[]): T[][] =>
  values.length === 0
    ? [[]]
    : values.flatMap((first, at) =>
        permutations([...values.slice(0, at), ...values.slice(at + 1)]).map((rest) => [first, ...rest]),
      );

/** Beyond this many alike clients there are more permutations than they are worth. */
const mostAlike = 6;

/** Everything that anybody sends, or has stored. */
const textsOf = ({ token, stored, clients, protocol }: Setting): readonly string[] => [
  token,
  stored,
  ...clients.flatMap((client) => [client.token, ...client.lines, ...client.segments]),
  ...protocol.start.flatMap(({ holds = {} }) =>
    Object.values(holds).flatMap((held) => ("socket" in held ? [held.socket] : [])),
  ),
];

/** Words that protocols and kernels use, which are nobody's text. */
const wordsOf = ({ protocol }: Setting): ReadonlySet<string> =>
  new Set(Object.entries(protocol.machines).flatMap(([role, { states }]) => [role, ...Object.keys(states)]));

/** The roles of processes that belong to no client: who is there at the start, and whom such a one starts with nothing. */
export const rolesApart = ({ protocol }: Setting): ReadonlySet<string> => {
  const apart = new Set(protocol.start.flatMap(({ role, index }) => (index === undefined ? [role] : [])));
  for (const role of apart) {
    const machine = protocol.machines[role];
    for (const state of Object.keys(machine?.states ?? {})) {
      const call = machine === undefined ? undefined : metaOf(machine, state)?.call;
      if (call?.call !== "spawn" || typeof call.role !== "string") continue;
      if (Object.keys(call.descriptors).length === 0) apart.add(call.role);
    }
  }
  return apart;
};

export interface Permutations {
  /** The clients that can be told apart by nothing but their names, class by class. */
  readonly classes: readonly (readonly string[])[];
  /** All but the identity. */
  readonly renamings: readonly Renaming[];
}

/** All permutations of alike clients in a setting. */
export const permutationsOf = (setting: Setting): Permutations => {
  const classes = classesOf(setting).filter(({ indices }) => indices.length <= mostAlike);
  const alphabet = new Set(`\0${textsOf(setting).join("")}`);
  const words = wordsOf(setting);
  const apart = rolesApart(setting);
  const orders = classes.reduce<string[][][]>(
    (known, { indices }) =>
      known.flatMap((before) => permutations(indices).map((order) => [...before, order])),
    [[]],
  );
  const renamings = orders.slice(1).map((order) => {
    const pairs = classes.flatMap(({ indices }, at) =>
      indices.map((index, nth): [string, string] => [index, order[at]?.[nth] ?? index]),
    );
    const letters = classes.flatMap((known, at) =>
      known.indices.flatMap((index, nth) => {
        const to = known.letters.get(order[at]?.[nth] ?? index) ?? [];
        return (known.letters.get(index) ?? []).map((letter, k): [string, string] => [
          letter,
          to[k] ?? letter,
        ]);
      }),
    );
    return new Renaming(new Map(pairs), new Map(letters), alphabet, words, apart);
  });
  return { classes: classes.map(({ indices }) => indices), renamings };
};
