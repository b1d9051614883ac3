/** The calls that wait: ppoll, pause, sigsuspend. */
import type { DescriptorName, RequestFor, Result } from "../../model/index.ts";
import { roomFor } from "../bytes.ts";
import { flags, native } from "../native.ts";
import type { Self } from "../self.ts";
import { failure } from "./outcome.ts";

/** A struct timespec. */
export const timespec = (milliseconds: number): Buffer => {
  const time = Buffer.alloc(16);
  time.writeBigInt64LE(BigInt(Math.floor(milliseconds / 1000)), 0);
  time.writeBigInt64LE(BigInt(Math.floor((milliseconds % 1000) * 1e6)), 8);
  return time;
};

const pollEntries = (self: Self, names: readonly (readonly [DescriptorName, number])[]): Buffer => {
  const fds = roomFor(8 * Math.max(1, names.length));
  for (const [at, [name, events]] of names.entries()) {
    fds.writeInt32LE(self.descriptor(name).number, 8 * at);
    fds.writeInt16LE(events, 8 * at + 4);
  }
  return fds;
};

export const isReadyWithin = (self: Self, fd: DescriptorName): boolean =>
  native.ppoll(pollEntries(self, [[fd, flags.POLLIN]]), 1, timespec(self.run.tokenTimeout), null) !== 0;

/** The first of these descriptors that is ready within so many milliseconds; empty where none is. */
export const readyAmong = (
  self: Self,
  names: readonly (readonly [DescriptorName, number])[],
  milliseconds: number,
): DescriptorName => {
  const fds = pollEntries(self, names);
  if (native.ppoll(fds, names.length, timespec(milliseconds), null) <= 0) return "";
  return names.find((_, at) => fds.readInt16LE(8 * at + 6) !== 0)?.[0] ?? "";
};

export const poll = (self: Self, request: RequestFor<"poll">): Result => {
  const names = [
    ...request.input.map((name) => [name, flags.POLLIN] as const),
    ...request.room.map((name) => [name, flags.POLLOUT] as const),
  ];
  const fds = pollEntries(self, names);
  const [silent] = [...request.timeout].sort((a, b) => dueAt(self, a) - dueAt(self, b));
  const left = silent === undefined ? null : timespec(Math.max(0, dueAt(self, silent) - performance.now()));
  const ready = native.ppoll(fds, names.length, left, self.maskWithout(request.unblock));
  if (ready < 0) return failure();
  if (ready === 0) return { type: "timeout", name: silent ?? "" };
  const at = names.findIndex((_, index) => fds.readInt16LE(8 * index + 6) !== 0);
  const [name = "", events = 0] = names[at] ?? [];
  return { type: events === flags.POLLIN ? "readable" : "writable", name };
};

const dueAt = (self: Self, name: DescriptorName): number =>
  (self.acceptedAt.get(name) ?? performance.now()) + self.run.tokenTimeout;

export const pause = (): Result => {
  native.pause();
  return failure();
};

export const sigsuspend = (self: Self, { unblock }: RequestFor<"sigsuspend">): Result => {
  native.sigsuspend(self.maskWithout(unblock));
  return failure();
};
