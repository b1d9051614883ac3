/**
 * Parts: blocks that belong together share one number, as columns do in a block. What all share is one part; so are the
 * processes that belong to no client, and everything about one client, or about its processes of one role. A state is then a
 * handful of numbers.
 *
 * Rows with fewer parts are shorter and sooner expanded. But what is to be learnt grows with the numbers of each part, and the
 * states with those of all parts multiplied: with few clients learning is the larger half of the work, with many it is next to nothing.
 *
 * A matter of speed alone: whatever is put together here, the search means the same.
 */
import { indexOf, type Setting } from "../../model/index.ts";
import type { Blocks } from "../engine/blocks.ts";
import { rolesApart } from "../engine/renaming.ts";

/** With more clients, everything about one of them is one part. */
const fewClients = 2;

/** What is a client's: the client's index, and the role of some processes, or `client` for whatever else there is. */
interface Belonging {
  readonly client: string;
  readonly role: string;
}

const nameOf = ({ client, role }: Belonging): string => `${role}[${client}]`;

/** So many have processes of their own, themselves included. */
const clientsIn = ({ clients, protocol }: Setting): number => {
  const starting = protocol.start.flatMap(({ index }) => (index === undefined ? [] : [index]));
  return new Set([...clients.map(({ name }) => indexOf(name)), ...starting]).size;
};

interface Part {
  readonly name: string;
  /** Whose it is; null where it belongs to no client. */
  readonly belonging: Belonging | null;
  readonly blocks: number[];
  readonly tuples: Int32Array[];
  readonly numbers: Map<string, number>;
}

export class Parts {
  private readonly parts: Part[] = [];
  private readonly byName = new Map<string, number>();
  private readonly partOfBlock: number[] = [];
  private readonly roles: ReadonlySet<string>;
  private readonly apart: ReadonlySet<string>;
  /** Whether each role of a client's processes is a part. */
  private readonly isByRole: boolean;

  constructor(
    private readonly blocks: Blocks,
    setting: Setting,
  ) {
    this.roles = new Set(["client", ...Object.keys(setting.protocol.machines)]);
    this.apart = rolesApart(setting);
    this.isByRole = clientsIn(setting) <= fewClients;
    this.partNamed("");
    this.update();
  }

  get count(): number {
    return this.parts.length;
  }

  /** How many numbers a part has had so far; 0, where all of it is nothing, is one of them. */
  sizeOf(part: number): number {
    return this.parts[part]!.tuples.length;
  }

  /** How many numbers a part is likely to have, as long as there are few: as many as the largest of its blocks. */
  likelySizeOf(part: number): number {
    const sizes = this.blocksOf(part).map((block) => this.blocks.sizeOf(block));
    return Math.max(this.sizeOf(part), ...sizes);
  }

  partOf(block: number): number {
    this.update();
    return this.partOfBlock[block]!;
  }

  /** The number that a block has in a number of its part. */
  blockIn(block: number, number: number): number {
    const { blocks, tuples } = this.parts[this.partOf(block)]!;
    return tuples[number]![blocks.indexOf(block)] ?? 0;
  }

  /** The value number that a column has in a number of its part. */
  columnIn(column: number, number: number): number {
    return this.blocks.numberIn(column, this.blockIn(this.blocks.blockOf(column), number));
  }

  /** Writes the block numbers that the number of a part stands for. */
  unfold(part: number, number: number, vector: Int32Array): void {
    this.update();
    const { blocks, tuples } = this.parts[part]!;
    const tuple = tuples[number]!;
    for (let slot = 0; slot < blocks.length; slot++) vector[blocks[slot]!] = tuple[slot] ?? 0;
  }

  /** The number of a part where its blocks have the numbers that stand in the vector. */
  fold(part: number, vector: Int32Array): number {
    this.update();
    return this.foldTuple(
      part,
      this.parts[part]!.blocks.map((block) => vector[block]!),
    );
  }

  /** The same for the numbers of the part's blocks, in the order in which they came into being. */
  foldTuple(part: number, tuple: readonly number[]): number {
    const { tuples, numbers } = this.parts[part]!;
    // Blocks that come later must not change what a number is known by.
    const end = tuple.findLastIndex((number) => number !== 0) + 1;
    const key = tuple.slice(0, end).join(" ");
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, tuples.length);
    return tuples.push(Int32Array.from(tuple.slice(0, end))) - 1;
  }

  /** Takes blocks into account that have come into being. */
  update(): void {
    for (let block = this.partOfBlock.length; block < this.blocks.count; block++) {
      const name = this.blocks.nameOf(block);
      const part = this.partNamed(this.partNameOf(name));
      this.partOfBlock.push(part);
      this.parts[part]!.blocks.push(block);
    }
  }

  /** The name of the part that a block is in: `role[client]`, `servers`, or empty where all share it. */
  private partNameOf(block: string): string {
    const [, role = "", client = ""] = /^([^/[\]]+)(?:\[(\d+)[^\]]*\])?$/.exec(block) ?? [];
    const isConnection = role === "connection";
    if (!isConnection && !this.roles.has(role)) return "";
    // The number of such a process counts its lives, and is no client's.
    if (client === "" || this.apart.has(role)) return "servers";
    return nameOf({ client, role: this.isByRole && !isConnection ? role : "client" });
  }

  blocksOf(part: number): readonly number[] {
    this.update();
    return this.parts[part]!.blocks;
  }

  nameOf(part: number): string {
    return this.parts[part]!.name;
  }

  /** Whose a part is; null where it belongs to no client. */
  belongingOf(part: number): Belonging | null {
    return this.parts[part]!.belonging;
  }

  /** The part of a client that is named after a role. */
  partOfClient(belonging: Belonging): number {
    return this.partNamed(nameOf(belonging));
  }

  /** The part with a name. */
  partNamed(name: string): number {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    this.byName.set(name, this.parts.length);
    const [, role, client] = /^(.+)\[(.+)\]$/.exec(name) ?? [];
    const belonging = role === undefined || client === undefined ? null : { client, role };
    const nothing = { tuples: [new Int32Array(0)], numbers: new Map([["", 0]]) };
    return this.parts.push({ name, belonging, blocks: [], ...nothing }) - 1;
  }
}
