/**
 * What it takes for a Node process to fork.
 *
 * Only the calling thread lives on in a forked child, so V8 must not hand work to others (`--single-threaded`). And V8 asks
 * the kernel to leave its heap out of forked children (madvise(2), MADV_DONTFORK), since it takes them all to call exec at
 * once: what was asked for so far is taken back, and a filter (seccomp(2)) sees to it that asking changes nothing from now on.
 * A forked child may compute and make calls; it must never come back to the event loop, whose threads it does not have.
 */
import { readFileSync } from "node:fs";
import koffi from "koffi";
import { errnoName, flags, native } from "./native.ts";

const dontFork = 10;
const doFork = 11;

/** AUDIT_ARCH_* and the number of madvise there. */
const architectures: Readonly<Partial<Record<NodeJS.Architecture, { audit: number; madvise: number }>>> = {
  x64: { audit: 0xc000003e, madvise: 28 },
  arm64: { audit: 0xc00000b7, madvise: 233 },
};

const load = (offset: number) => [0x20, 0, 0, offset] as const;
const unlessEqual = (value: number, skip: number) => [0x15, 0, skip, value] as const;
const give = (value: number) => [0x06, 0, 0, value] as const;
/** SECCOMP_RET_ERRNO with 0: nothing is done, and errno, which somebody may be about to read, stays as it is. */
const pretence = 0x00050000;
const allowance = 0x7fff0000;

/** A filter in classic BPF: madvise with MADV_DONTFORK does nothing, all else is let through. */
const filter = ({ audit, madvise }: { audit: number; madvise: number }): Buffer => {
  const [architecture, number, advice] = [4, 0, 32]; // offsets in seccomp_data
  const code = [
    ...[load(architecture), unlessEqual(audit, 5), load(number), unlessEqual(madvise, 3)],
    ...[load(advice), unlessEqual(dontFork, 1), give(pretence), give(allowance)],
  ];
  const program = Buffer.alloc(8 * code.length);
  for (const [at, [operation, yes, no, value]] of code.entries()) {
    program.writeUInt16LE(operation, 8 * at);
    program.set([yes, no], 8 * at + 2);
    program.writeUInt32LE(value, 8 * at + 4);
  }
  return program;
};

const passOverDontFork = (): void => {
  const architecture = architectures[process.arch];
  if (architecture === undefined) throw new Error(`processes cannot be forked on ${process.arch}`);
  const program = filter(architecture);
  const pointer = Buffer.alloc(16);
  pointer.writeUInt16LE(program.length / 8, 0);
  pointer.writeBigUInt64LE(BigInt(koffi.address(program)), 8);
  native.prctl(flags.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (native.prctlWith(flags.PR_SET_SECCOMP, flags.SECCOMP_MODE_FILTER, pointer, 0, 0) < 0)
    throw new Error(`a filter on system calls cannot be set (seccomp): ${errnoName()}`);
};

/** The mappings that forked children would not get: first and last address, from /proc/self/smaps. */
const leftOut = (): { from: bigint; to: bigint }[] => {
  const found: { from: bigint; to: bigint }[] = [];
  let mapping = { from: 0n, to: 0n };
  for (const line of readFileSync("/proc/self/smaps", "latin1").split("\n")) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line) ?? [];
    if (from !== undefined) mapping = { from: BigInt(`0x${from}`), to: BigInt(`0x${to}`) };
    else if (/^VmFlags:.* dc\b/.test(line)) found.push(mapping);
  }
  return found;
};

/** From now on this process can fork, and so can those that it forks. Throws an Error where the system does not let it. */
export const becomeForkable = (): void => {
  passOverDontFork();
  for (const { from, to } of leftOut())
    if (native.madvise(from, to - from, doFork) < 0)
      throw new Error(`its memory cannot be given to children: ${errnoName()}`);
};
