/** Which processes belong to a part, and which of them are there in a state. */
import type { Blocks } from "../engine/blocks.ts";
import type { Product } from "../engine/product.ts";
import { processCell } from "../kernel/index.ts";
import type { Parts } from "./parts.ts";

/** A process, and the column of the cell that tells whether it is there. */
interface Member {
  readonly process: number;
  readonly column: number;
}

export class Members {
  private readonly members: Member[][] = [];
  private readonly partOfProcess: number[] = [];

  constructor(
    private readonly product: Product,
    private readonly blocks: Blocks,
    private readonly parts: Parts,
  ) {}

  /** The processes of a part that are there in a state. That is no other part's business: its own cells tell. */
  of(part: number, vector: Int32Array): readonly number[] {
    const { product, blocks, partOfProcess } = this;
    const there = product.processesIn(vector);
    for (const { process, column } of this.everIn(part))
      if ((blocks.numberAt(vector, column) !== 0) !== there.includes(process))
        throw new Error("internal: who is there and what is known of a process are not the same");
    return there.filter((process) => partOfProcess[process] === part);
  }

  /** All that there have been. */
  private everIn(part: number): readonly Member[] {
    const { product, blocks, parts, members, partOfProcess } = this;
    for (let process = partOfProcess.length; process < product.processCount; process++) {
      const name = product.nameOf(process);
      const own = parts.partOf(blocks.blockNamed(name));
      // Nobody would ever look what it can do.
      if (own === 0) throw new Error(`internal: ${name} is no part of its own`);
      partOfProcess.push(own);
      while (members.length <= own) members.push([]);
      members[own]!.push({ process, column: blocks.columnOf(processCell(name).name) });
    }
    return members[part] ?? [];
  }
}
