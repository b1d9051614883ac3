/** Who takes part in a chat, and where; and what of their words can be a line. */
import { type Bytes, noticePrefix, notices, refusalOf } from "../../model/index.ts";
import { type Address, encode, showAddress } from "../../real/client/index.ts";

export interface Draft {
  readonly line: Bytes;
  /** Why no server would take it; null where one may. */
  readonly problem: string | null;
}

export class Party {
  constructor(
    readonly name: string,
    readonly address: Address,
    readonly token: string,
  ) {}

  get server(): string {
    return showAddress(this.address);
  }

  /** A text as a line of the wire protocol. How long a line may be is the server's to say. */
  lineOf(text: string): Draft {
    return this.lineOfBytes(encode(text));
  }

  lineOfBytes(bytes: Bytes): Draft {
    const line = `${encode(this.name)}: ${bytes}\n`;
    const refusal = refusalOf(line, Number.POSITIVE_INFINITY);
    return { line, problem: refusal === null ? null : "it has control characters, or is no UTF-8" };
  }
}

/** Why a name cannot be one; null where it can. */
export const problemOfName = (name: string): string | null => {
  if (name.trim() === "") return "it is empty";
  if (name.includes(":")) return "a colon ends a name";
  if ([...name].length > 32) return "it has more than 32 characters";
  const refusal = refusalOf(`${encode(name)}: \n`, Number.POSITIVE_INFINITY);
  if (refusal === notices.reserved) return `“${noticePrefix}” begins the words of the server`;
  return refusal === null ? null : "it has control characters";
};
