/** Checkpoints in files: a line of JSON, then the lists of integers, as they lie in memory. */
import { closeSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import type { Checkpoint } from "../sim/index.ts";
import { isDirectory } from "./directory.ts";
import { UsageError } from "./exit.ts";

const magic = "papaya checkpoint 1\n";
const lists = ["visited", "layer", "next"] as const;

/** Bytes that are written or read at once. */
const most = 1 << 28;

const asBytes = (ints: Int32Array): Uint8Array =>
  new Uint8Array(ints.buffer, ints.byteOffset, ints.byteLength);

const writeAll = (file: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(most, bytes.length - at));
};

/** Writes a checkpoint; where there was one, it is replaced when the new one is whole. */
export const saveCheckpoint = (path: string, checkpoint: Checkpoint): void => {
  const draft = `${path}.new`;
  const file = openSync(draft, "w", 0o600);
  try {
    const { visited, layer, next, ...rest } = checkpoint;
    const lengths = [visited.length, layer.length, next.length];
    const head = Buffer.from(`${JSON.stringify({ ...rest, lengths })}\n`);
    writeAll(file, Buffer.from(`${magic}${head.length}\n`));
    writeAll(file, head);
    for (const ints of [visited, layer, next]) writeAll(file, asBytes(ints));
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
};

/** Throws a {@link UsageError} where no checkpoint can be written: better at once than after hours. */
export const demandWritable = (path: string): void => {
  if (isDirectory(path)) throw new UsageError(`${path}: it is a directory; name a file in it`);
  try {
    closeSync(openSync(`${path}.new`, "w", 0o600));
    rmSync(`${path}.new`);
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path}: no checkpoint can be written there (${code})`);
  }
};

/** Reads a checkpoint. Throws a {@link UsageError} where there is none. */
export const loadCheckpoint = (path: string): Checkpoint => {
  const refuse = (why: string): never => {
    throw new UsageError(`${path}: ${why}`);
  };
  if (isDirectory(path)) return refuse("it is a directory; name the file that --checkpoint has written");
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    return refuse(`cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
  try {
    const size = statSync(path).size;
    let at = 0;
    const take = (bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.length; ) {
        const got = readSync(file, bytes, done, Math.min(most, bytes.length - done), at + done);
        if (got === 0) refuse("is no whole checkpoint: it ends too early");
        done += got;
      }
      at += bytes.length;
    };
    const start = Buffer.alloc(Math.min(size, magic.length + 16));
    take(start);
    const [, length] = new RegExp(`^${magic}(\\d+)\\n`).exec(start.toString("latin1")) ?? [];
    if (length === undefined) return refuse("is no checkpoint: “papaya check --checkpoint FILE” writes one");
    at = magic.length + length.length + 1;
    const head = Buffer.alloc(Math.min(size, Number(length)));
    take(head);
    const { lengths, ...rest } = JSON.parse(head.toString()) as Omit<Checkpoint, (typeof lists)[number]> & {
      readonly lengths: readonly number[];
    };
    const [visited, layer, next] = lengths.map((ints) => {
      if (at + 4 * ints > size) refuse("is no whole checkpoint: it ends too early");
      const list = new Int32Array(ints);
      take(asBytes(list));
      return list;
    }) as [Int32Array, Int32Array, Int32Array];
    return { ...rest, visited, layer, next };
  } finally {
    closeSync(file);
  }
};
