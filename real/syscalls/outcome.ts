/** What a call of the C library returned, as a result that a machine can take. */
import { type DescriptorName, type Errno, ok, type Result } from "../../model/index.ts";
import type { OpenDescriptor } from "../configuration.ts";
import { errnoName } from "../native.ts";
import type { Self } from "../self.ts";

const expected: ReadonlySet<string> = new Set<Errno>([
  "EAGAIN",
  "EADDRINUSE",
  "ECHILD",
  "ECONNREFUSED",
  "ECONNRESET",
  "EFBIG",
  "EINTR",
  "ENOSPC",
  "EPERM",
  "EPIPE",
  "ESRCH",
  "EWOULDBLOCK",
]);

/** The error that the last call left, as a result. */
export const failure = (): Result => {
  const name = errnoName();
  return expected.has(name) ? { type: name as Errno } : { type: "failed", errno: name };
};

/** Success, or the error. */
export const done = (returned: number, value = 0): Result => (returned < 0 ? failure() : ok(value));

/** A new descriptor of this process, or the error. */
export const keep = (
  self: Self,
  name: DescriptorName,
  number: number,
  kind: OpenDescriptor["kind"],
  own = true,
): Result => {
  if (number < 0) return failure();
  self.descriptors.set(name, { number, kind, own });
  return ok(0, name);
};
