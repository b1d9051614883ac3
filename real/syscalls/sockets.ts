/** The calls that make connections; all of them on 127.0.0.1. */
import { ok, type RequestFor, type Result } from "../../model/index.ts";
import { flags, loopback, native } from "../native.ts";
import type { Self } from "../self.ts";
import { failure, keep } from "./outcome.ts";

const switchOn = (socket: number, level: number, option: number): void => {
  const one = Buffer.from([1, 0, 0, 0]);
  native.setsockopt(socket, level, option, one, one.length);
};

/** What is written goes out at once. Else a small segment may wait for an acknowledgement, and is lost if the socket closes meanwhile. */
const sendAtOnce = (socket: number): void => switchOn(socket, flags.IPPROTO_TCP, flags.TCP_NODELAY);

export const listen = (self: Self, { as }: RequestFor<"listen">): Result => {
  const number = native.socket(flags.AF_INET, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0);
  switchOn(number, flags.SOL_SOCKET, flags.SO_REUSEADDR);
  const address = loopback(self.run.port);
  if (native.bind(number, address, address.length) < 0 || native.listen(number, 128) < 0) {
    const result = failure();
    native.close(number);
    return result;
  }
  keep(self, as, number, "listener");
  return ok();
};

export const accept = (self: Self, request: RequestFor<"accept">, given: string): Result => {
  const number = native.accept4(self.descriptor(request.fd).number, null, null, flags.SOCK_CLOEXEC);
  const name = request.as || given || self.nextConnection();
  const result = keep(self, name, number, "socket");
  if (number >= 0) sendAtOnce(number);
  if (result.type === "ok") self.acceptedAt.set(name, performance.now());
  return result;
};

export const connect = (self: Self, { as }: RequestFor<"connect">): Result => {
  const number = native.socket(flags.AF_INET, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0);
  sendAtOnce(number);
  const address = loopback(self.run.port);
  if (native.connect(number, address, address.length) < 0) {
    const result = failure();
    native.close(number);
    return result;
  }
  keep(self, as, number, "socket");
  return ok();
};
