/** The calls on the log as a file, and on descriptors as such. */
import { ok, type RequestFor, type Result } from "../../model/index.ts";
import { roomFor, toBuffer, toBytes } from "../bytes.ts";
import type { OpenDescriptor } from "../configuration.ts";
import { flags, native } from "../native.ts";
import type { Self } from "../self.ts";
import { done, failure, keep } from "./outcome.ts";
import { isReadyWithin } from "./waiting.ts";

export const open = (self: Self, request: RequestFor<"open">): Result => {
  const access = request.access === "read" ? flags.O_RDONLY : flags.O_RDWR | flags.O_CREAT;
  const append = request.append ? flags.O_APPEND : 0;
  const number = native.open(self.run.log, access | append | flags.O_CLOEXEC, "unsigned int", 0o600);
  const result = keep(self, request.as, number, "file");
  return result.type === "ok" ? ok() : result;
};

export const received = (buffer: Buffer, size: number, at?: number): Result => {
  if (size < 0) return failure();
  if (size === 0) return { type: "eof" };
  return { type: "data", bytes: toBytes(buffer, size), ...(at === undefined ? {} : { at }) };
};

/** Where a transfer took place, where somebody wants to know and nobody else can have moved the offset. */
export const placeOf = (
  self: Self,
  { number, kind, own }: OpenDescriptor,
  size: number,
): number | undefined =>
  self.isWatched && kind === "file" && own && size > 0
    ? Number(native.lseek(number, 0, flags.SEEK_CUR)) - size
    : undefined;

export const close = (self: Self, { fd }: RequestFor<"close">): Result => {
  const { number } = self.descriptor(fd);
  self.descriptors.delete(fd);
  self.acceptedAt.delete(fd);
  return done(native.close(number));
};

export const read = (self: Self, request: RequestFor<"read">): Result => {
  const descriptor = self.descriptor(request.fd);
  if (request.timeout && !isReadyWithin(self, request.fd)) return { type: "timeout", name: request.fd };
  const buffer = roomFor(request.size);
  const size = Number(native.read(descriptor.number, buffer, request.size));
  if (size < 0) return failure();
  return received(buffer, size, placeOf(self, descriptor, size));
};

export const pread = (self: Self, request: RequestFor<"pread">): Result => {
  const buffer = roomFor(request.size);
  const size = Number(native.pread(self.descriptor(request.fd).number, buffer, request.size, request.offset));
  return received(buffer, size, request.offset);
};

export const write = (self: Self, request: RequestFor<"write">): Result => {
  const descriptor = self.descriptor(request.fd);
  const bytes = toBuffer(request.bytes);
  const sending = flags.MSG_NOSIGNAL | (request.nonblock ? flags.MSG_DONTWAIT : 0);
  const count = Number(
    descriptor.kind === "socket"
      ? native.send(descriptor.number, bytes, bytes.length, sending)
      : native.write(descriptor.number, bytes, bytes.length),
  );
  if (count < 0) return failure();
  const at = placeOf(self, descriptor, count);
  const where = at === undefined ? {} : { at };
  return count < bytes.length
    ? { type: "short", value: count, ...where }
    : { type: "ok", value: count, name: "", ...where };
};

export const lseek = (self: Self, request: RequestFor<"lseek">): Result => {
  const whence = { SET: flags.SEEK_SET, CUR: flags.SEEK_CUR, END: flags.SEEK_END }[request.whence];
  const offset = Number(native.lseek(self.descriptor(request.fd).number, request.offset, whence));
  return done(offset, offset);
};

/** By statx(2), whose layout is the same everywhere, and which C libraries have that have no fstat to link to. */
export const fstat = (self: Self, { fd }: RequestFor<"fstat">): Result => {
  const status = roomFor(256);
  const { number } = self.descriptor(fd);
  if (native.statx(number, "", flags.AT_EMPTY_PATH, flags.STATX_SIZE, status) < 0) return failure();
  return ok(Number(status.readBigUInt64LE(40))); // stx_size
};

export const flock = (self: Self, request: RequestFor<"flock">): Result => {
  const mode = { SH: flags.LOCK_SH, EX: flags.LOCK_EX, UN: flags.LOCK_UN }[request.mode];
  const wait = request.nonblock ? flags.LOCK_NB : 0;
  const result = done(native.flock(self.descriptor(request.fd).number, mode | wait));
  return result.type === "EAGAIN" ? { type: "EWOULDBLOCK" } : result;
};

export const ftruncate = (self: Self, { fd, size }: RequestFor<"ftruncate">): Result =>
  done(native.ftruncate(self.descriptor(fd).number, size));
