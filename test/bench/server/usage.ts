/** What processes use, as the kernel counts it. */
import { readdirSync, readFileSync } from "node:fs";

const text = (path: string): string => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // it has gone
  }
};

const threadsOf = (pid: number): string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
};

export interface Usage {
  /** Time on a processor, in milliseconds: /proc/PID/task/TID/schedstat. */
  readonly processor: number;
  /** In ticks, for the share of one in the other: utime and stime of /proc/PID/stat. */
  readonly user: number;
  readonly kernel: number;
  /** How often it has gone to sleep: /proc/PID/task/TID/status. */
  readonly sleeps: number;
  /** Calls of write(2), as opposed to send(2): /proc/PID/task/TID/io. */
  readonly writes: number;
}

const none: Usage = { processor: 0, user: 0, kernel: 0, sleeps: 0, writes: 0 };

const sum = (one: Usage, other: Usage, sign = 1): Usage => ({
  processor: one.processor + sign * other.processor,
  user: one.user + sign * other.user,
  kernel: one.kernel + sign * other.kernel,
  sleeps: one.sleeps + sign * other.sleeps,
  writes: one.writes + sign * other.writes,
});

const usageOfThread = (pid: number, thread: string): Usage => {
  const at = `/proc/${pid}/task/${thread}`;
  const stat = text(`${at}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    processor: Number(text(`${at}/schedstat`).split(" ")[0] || 0) / 1e6,
    user: Number(fields[11] ?? 0),
    kernel: Number(fields[12] ?? 0),
    sleeps: Number(/^voluntary_ctxt_switches:\s*(\d+)$/m.exec(text(`${at}/status`))?.[1] ?? 0),
    writes: Number(/^syscw: (\d+)$/m.exec(text(`${at}/io`))?.[1] ?? 0),
  };
};

/** Of all threads that these processes have. */
export const usageOf = (pids: readonly number[]): Usage =>
  pids
    .flatMap((pid) => threadsOf(pid).map((thread) => usageOfThread(pid, thread)))
    .reduce((all, one) => sum(all, one), none);

export const usedSince = (before: Usage, after: Usage): Usage => sum(after, before, -1);

/** Proportional set size, in KiB: what is shared counts for everybody who shares it with his part. */
export const memoryOf = (pids: readonly number[]): number =>
  pids.reduce((all, pid) => {
    const found = /^Pss:\s*(\d+) kB$/m.exec(text(`/proc/${pid}/smaps_rollup`))?.[1];
    return all + Number(found ?? 0);
  }, 0);
