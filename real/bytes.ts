/** Bytes as the model has them, one character each, and as the kernel has them. */
import type { Bytes } from "../model/index.ts";

export const toBuffer = (bytes: Bytes): Buffer => Buffer.from(bytes, "latin1");
export const toBytes = (buffer: Buffer, size = buffer.length): Bytes => buffer.toString("latin1", 0, size);

let scratch = Buffer.alloc(0);

/** Room for so many bytes that are turned into something else before anybody asks again. */
export const roomFor = (size: number): Buffer => {
  if (scratch.length < size) scratch = Buffer.allocUnsafeSlow(size);
  return scratch;
};
