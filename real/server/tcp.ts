/** TCP sockets of a server: the one that listens, and those of who comes. */
import { flags, native } from "../native.ts";
import { type Endpoint, everyAddress, socketAddress } from "./address.ts";

/** Connections that may wait to be accepted. */
const backlog = 128;

const setOption = (socket: number, level: number, option: number, value: number): void => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value, 0);
  native.setsockopt(socket, level, option, bytes, bytes.length);
};

/** A socket that listens there; negative where there can be none. Its family is what the address is written in. */
export const listenAt = ({ address, port }: Endpoint): number => {
  const { family, bytes } = socketAddress(address, port);
  const socket = native.socket(family, flags.SOCK_STREAM | flags.SOCK_NONBLOCK | flags.SOCK_CLOEXEC, 0);
  if (socket < 0) return socket;
  setOption(socket, flags.SOL_SOCKET, flags.SO_REUSEADDR, 1);
  if (family === flags.AF_INET6)
    setOption(socket, flags.IPPROTO_IPV6, flags.IPV6_V6ONLY, address === everyAddress ? 0 : 1);
  return native.bind(socket, bytes, bytes.length) < 0 || native.listen(socket, backlog) < 0 ? -1 : socket;
};

/**
 * A peer that has vanished without a word is noticed within two minutes; if something was on its way to it, only when the kernel gives
 * up sending it again, after a quarter of an hour (tcp_retries2). A limit on that (TCP_USER_TIMEOUT) would cut off whoever does not
 * read for as long, too. What is written goes out at once.
 */
export const watchOver = (socket: number): void => {
  setOption(socket, flags.IPPROTO_TCP, flags.TCP_NODELAY, 1);
  setOption(socket, flags.SOL_SOCKET, flags.SO_KEEPALIVE, 1);
  setOption(socket, flags.IPPROTO_TCP, flags.TCP_KEEPIDLE, 60);
  setOption(socket, flags.IPPROTO_TCP, flags.TCP_KEEPINTVL, 15);
  setOption(socket, flags.IPPROTO_TCP, flags.TCP_KEEPCNT, 4);
};

/** Says a last word to somebody, and nothing more. */
export const dismiss = (socket: number, word: string): void => {
  const notice = Buffer.from(word, "latin1");
  native.send(socket, notice, notice.length, flags.MSG_NOSIGNAL | flags.MSG_DONTWAIT);
  native.shutdown(socket, flags.SHUT_WR);
  // What it has sent already would make the kernel reset the connection, and the word might be lost.
  const rest = Buffer.alloc(65_536);
  native.recv(socket, rest, rest.length, flags.MSG_DONTWAIT);
};
