/** Writers that append at once, and a reader without a lock. */
import { readFileSync, statfsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { native } from "../../../real/native.ts";
import type { Experiment } from "./experiment.ts";
import { begin } from "./family.ts";
import { openFile, write } from "./libc.ts";

const records = 20_000;
const kinds = 64;
const writers = ["a", "b"];

/** The records that a writer goes through again and again: of all sizes up to a few pages, no two alike. */
const recordsOf = (writer: string): Buffer[] =>
  Array.from({ length: kinds }, (_, at) =>
    Buffer.from(`${writer}${at}:${writer.repeat(1 + ((at * 293) % 5000))}\n`),
  );

interface Tally {
  readonly whole: number;
  readonly broken: number;
  /** Whether each writer's records are in its order. */
  readonly ordered: boolean;
  /** How often one writer's record follows upon the other's. */
  readonly turns: number;
}

const tally = (text: string): Tally => {
  const kindOf = new Map(
    writers.flatMap((writer) => recordsOf(writer).map((one, at) => [`${one}`, { writer, at }] as const)),
  );
  const next = new Map(writers.map((writer) => [writer, 0]));
  let [whole, broken, turns, ordered, last] = [0, 0, 0, true, ""];
  for (const line of text.split("\n").slice(0, -1)) {
    const kind = kindOf.get(`${line}\n`);
    if (kind === undefined) {
      broken++;
      continue;
    }
    const { writer, at } = kind;
    whole++;
    if (writer !== last) turns++;
    last = writer;
    ordered &&= next.get(writer) === at;
    next.set(writer, (at + 1) % kinds);
  }
  return { whole, broken, ordered, turns };
};

/** No whole number of pages, nor of what a file system takes together: a record in one piece of memory appears at once. */
const record = Buffer.alloc(100_003, "x");
/** 100 MB, where nobody sees anything. */
const mostRecords = 1000;

/** What each read of a reader gives that polls for the record that comes next; it stops at the first part of one. */
const poll = (fd: number, seen: { polls: number; part: number; odd: number }): void => {
  const buffer = Buffer.alloc(record.length);
  for (let at = 0; at < mostRecords && seen.part === 0; ) {
    const size = Number(native.pread(fd, buffer, buffer.length, at * record.length));
    seen.polls++;
    if (size === record.length) at++;
    else if (size > 0) seen.part = size;
    if (!buffer.subarray(0, size).equals(record.subarray(0, size))) seen.odd++;
  }
};

/** File systems that show a write page by page, as measured; XFS locks reads against writes. */
const showing = new Map([
  [0xef53, "ext4"],
  [0x01021994, "tmpfs"],
]);

export const appendExperiments: Readonly<Record<string, Experiment>> = {
  "two-appending-writers": {
    says: `[17] two O_APPEND writers never interleave within one write, in ${2 * records} records`,
    observe: (directory) => {
      const path = join(directory, "log");
      const started = writers.map((writer) =>
        begin((parent) => {
          const fd = openFile(path);
          const all = recordsOf(writer);
          parent.tell("ready");
          parent.hear();
          let short = 0;
          for (let at = 0; at < records; at++) {
            const one = all[at % kinds] ?? Buffer.alloc(0);
            if (write(fd, one) !== one.length) short++;
          }
          return short;
        }),
      );
      for (const { line } of started) line.hear();
      for (const { line } of started) line.tell("go");
      const short = started.map(({ line }) => line.hear());
      const { turns, ...seen } = tally(readFileSync(path, "latin1"));
      return { seen: { ...seen, short }, luck: `the writers took turns ${turns} times` };
    },
    expected: { whole: 2 * records, broken: 0, ordered: true, short: [0, 0] },
  },
  "reader-without-a-lock": {
    says: "[18] an unlocked reader sees part of a record that one write appends",
    observe: (directory) => {
      const path = join(directory, "log");
      const fd = openFile(path);
      const writer = begin(() => {
        const own = openFile(path);
        for (let at = 0; at < mostRecords; at++) write(own, record);
      });
      const seen = { polls: 0, part: 0, odd: 0 };
      poll(fd, seen);
      const appended = Number(native.lseek(fd, 0, 2)) / record.length;
      writer.kill();
      const isSure = showing.has(statfsSync(directory).type) && availableParallelism() > 1;
      const luck = `${seen.part} of ${record.length} bytes after ${seen.polls} polls and ${appended.toFixed(1)} records`;
      return { seen: { part: isSure ? seen.part > 0 : true, odd: seen.odd }, luck };
    },
    expected: { part: true, odd: 0 },
  },
  "record-that-is-written": {
    says: "[18] what one write has appended is all there when it returns",
    observe: (directory) => {
      const path = join(directory, "log");
      const fd = openFile(path);
      const buffer = Buffer.alloc(record.length);
      let whole = 0;
      const writer = begin((parent) => {
        const own = openFile(path);
        for (let at = 0; at < 32; at++) {
          write(own, record);
          parent.tell("written");
          parent.hear();
        }
      });
      for (let at = 0; at < 32; at++) {
        writer.line.hear();
        if (native.pread(fd, buffer, buffer.length, at * record.length) === record.length) whole++;
        writer.line.tell("read");
      }
      return { seen: { whole } };
    },
    expected: { whole: 32 },
  },
};
