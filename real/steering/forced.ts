/** Calls that are made to come out in one of the ways that are open to them. What the kernel can do, the kernel does. */
import { match } from "ts-pattern";
import { type DescriptorName, ok, type Request, type RequestFor, type Result } from "../../model/index.ts";
import { flags, native, portOf } from "../native.ts";
import type { Self } from "../self.ts";
import { flock, read, write } from "../syscalls/files.ts";
import { perform } from "../syscalls/index.ts";
import { poll, readyAmong } from "../syscalls/waiting.ts";
import type { Manner } from "./order.ts";

/** How far a transfer has come that is made in several steps. */
export class Transfer {
  moved = 0;
  /** Where in its file it began. */
  at: number | undefined = undefined;
}

/** What has been sent arrives; on a busy machine a little later. Milliseconds. */
const arrival = 2_000;

/** Waits until a socket has so many bytes to read, or for long enough. */
const awaitBytes = (self: Self, fd: DescriptorName, size: number): void => {
  const { number, kind } = self.descriptor(fd);
  const deadline = performance.now() + arrival;
  const count = Buffer.alloc(4);
  while (kind === "socket" && performance.now() < deadline) {
    native.ioctl(number, flags.FIONREAD, count);
    if (count.readInt32LE(0) >= size) return;
    readyAmong(self, [[fd, flags.POLLIN]], 1);
  }
};

/** Offers the bytes between what has been moved and `upTo`; a call that goes on has no result yet. */
const offer = (
  self: Self,
  request: RequestFor<"write">,
  { upTo, goesOn }: Extract<Manner, { kind: "offer" }>,
  transfer: Transfer,
): Result | null => {
  const bytes = request.bytes.slice(transfer.moved, upTo);
  const result = write(self, { ...request, bytes });
  if (result.type !== "ok") return result;
  transfer.at ??= result.at;
  transfer.moved = upTo;
  if (goesOn) return null;
  const where = transfer.at === undefined ? {} : { at: transfer.at };
  return upTo === request.bytes.length ? { ...ok(upTo), ...where } : { type: "short", value: upTo, ...where };
};

/** The descriptors that may become ready; room in a socket is taken to be what the model says, for its buffers are smaller. */
const waitFor = (
  self: Self,
  request: RequestFor<"poll">,
  { name, how }: Extract<Manner, { kind: "ready" }>,
): Result => {
  const ready = readyAmong(self, [[name, how === "readable" ? flags.POLLIN : flags.POLLOUT]], arrival);
  if (ready === name) return { type: how, name };
  return poll(self, { ...request, timeout: [] });
};

/** A wait that only a signal or input ends: no timer runs, and sockets are as full as the model says. */
const untimed = (request: Request): Request => {
  if (request.call === "poll") return { ...request, room: [], timeout: [] };
  return request.call === "read" ? { ...request, timeout: false } : request;
};

/**
 * A send that waited for room when its peer closed says how much it had moved. Over a Unix socket it has used up the news of
 * the reset then (SO_ERROR is cleared by asking for it); over TCP that is still to come.
 */
const forgetReset = (self: Self, fd: DescriptorName): void => {
  const { number } = self.descriptor(fd);
  if (portOf(number, "getsockname") === 0)
    native.getsockopt(number, flags.SOL_SOCKET, flags.SO_ERROR, Buffer.alloc(4), Buffer.from([4, 0, 0, 0]));
};

export const performIn = (
  self: Self,
  request: Request,
  manner: Exclude<Manner, { kind: "plain" }>,
  transfer: Transfer,
): Result | null =>
  match(manner)
    .with({ kind: "inject" }, ({ result }) => {
      if (request.call === "write" && result.type === "short") forgetReset(self, request.fd);
      return result;
    })
    .with({ kind: "wait" }, () => perform(self, untimed(request)))
    .with({ kind: "bytes" }, ({ size }) => {
      if (request.call === "read") awaitBytes(self, request.fd, size);
      return perform(self, request);
    })
    .with({ kind: "offer" }, (how) =>
      request.call === "write" ? offer(self, request, how, transfer) : perform(self, request),
    )
    .with({ kind: "ready" }, (how) =>
      request.call === "poll" ? waitFor(self, request, how) : perform(self, request),
    )
    .with({ kind: "timer" }, ({ name }) => {
      const ready = readyAmong(self, [[name, flags.POLLIN]], 0);
      if (ready === "") return { type: "timeout" as const, name };
      return request.call === "read" ? read(self, { ...request, timeout: false }) : perform(self, request);
    })
    .with({ kind: "lose" }, () => {
      if (request.call !== "flock") return perform(self, request);
      const asked = flock(self, { ...request, nonblock: true });
      return asked.type === "EWOULDBLOCK" ? null : asked;
    })
    .exhaustive();
