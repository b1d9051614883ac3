/** Where a search of ours spends its time, and what it allocates. */
import { Session } from "node:inspector/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./place.ts";

/** What one function does itself, not those that it calls. */
export interface Share {
  /** `insert, sim/engine/states`; a package or Node as a whole. */
  readonly where: string;
  /** From 0 to 1. */
  readonly share: number;
}

export interface TimeProfile {
  readonly seconds: number;
  readonly time: readonly Share[];
}

/** On the heap of JavaScript, what was collected again included; typed arrays lie elsewhere. */
export interface AllocationProfile {
  readonly bytesPerTransition: number;
  readonly allocation: readonly Share[];
}

export interface Profile extends TimeProfile, AllocationProfile {
  readonly name: string;
}

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

const placeOf = ({ functionName, url }: Frame): string => {
  if (url === "") return functionName === "(garbage collector)" ? "garbage collection" : "Node";
  if (!url.startsWith("file:")) return "Node";
  const file = relative(join(root, "dist"), fileURLToPath(url));
  const [, packageName] = /node_modules\/([^/]+)/.exec(file) ?? [];
  return packageName ?? `${functionName || "(nameless)"}, ${file.replace(/\.[jt]s$/, "")}`;
};

/** The shares that are worth a line, largest first. */
const sharesOf = (weights: readonly (readonly [Frame, number])[], least: number): Share[] => {
  const sums = new Map<string, number>();
  for (const [frame, weight] of weights) {
    const where = placeOf(frame);
    sums.set(where, (sums.get(where) ?? 0) + weight);
  }
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return [...sums]
    .map(([where, sum]) => ({ where, share: Math.round((1000 * sum) / total) / 1000 }))
    .filter(({ share }) => share >= least)
    .sort((a, b) => b.share - a.share);
};

interface Allocating {
  readonly callFrame: Frame;
  readonly selfSize: number;
  readonly children: readonly Allocating[];
}

const allocationsOf = (node: Allocating): (readonly [Frame, number])[] => [
  [node.callFrame, node.selfSize],
  ...node.children.flatMap(allocationsOf),
];

/** Every so many microseconds. */
const samplingInterval = 500;

export const timeProfileOf = async (work: () => unknown): Promise<TimeProfile> => {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: samplingInterval });
  await session.post("Profiler.start");
  work();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  const nothing: Frame = { functionName: "", url: "" };
  const times = (profile.samples ?? []).map(
    (id, at) => [frames.get(id) ?? nothing, profile.timeDeltas?.[at] ?? 0] as const,
  );
  return { seconds: (profile.endTime - profile.startTime) / 1e6, time: sharesOf(times, 0.01) };
};

export const allocationProfileOf = async (
  work: () => { readonly transitions: number },
): Promise<AllocationProfile> => {
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.startSampling", {
    samplingInterval: 1 << 14,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  const { transitions } = work();
  const sampled = allocationsOf((await session.post("HeapProfiler.stopSampling")).profile.head);
  session.disconnect();
  const bytes = sampled.reduce((sum, [, size]) => sum + size, 0);
  return { bytesPerTransition: Math.round(bytes / transitions), allocation: sharesOf(sampled, 0.03) };
};
