/** What processes use, as the kernel counts it. */
import { readdirSync, readFileSync } from "node:fs";

const text = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
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

/** Time on a processor, in milliseconds, of all threads that there are: /proc/PID/task/TID/schedstat. */
export const processorTimeOf = (pids: readonly number[]): number =>
  pids
    .flatMap((pid) => threadsOf(pid).map((thread) => text(`/proc/${pid}/task/${thread}/schedstat`)))
    .reduce((sum, line) => sum + Number(line.split(" ")[0] || 0) / 1e6, 0);

/** Proportional set size, in KiB: what is shared counts for everybody who shares it with his part. */
export const memoryOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const found = /^Pss:\s*(\d+) kB$/m.exec(text(`/proc/${pid}/smaps_rollup`))?.[1];
    return sum + Number(found ?? 0);
  }, 0);
