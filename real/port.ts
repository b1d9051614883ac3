/** The port of a run. */
import { flags, loopback, native, portOf } from "./native.ts";

/**
 * A port of 127.0.0.1 that nobody uses, and a socket that is bound to it and never listens: the server may bind to it as
 * well (SO_REUSEADDR), and nobody else is given it.
 */
export const reservePort = (): { readonly port: number; readonly reservation: number } => {
  const reservation = native.socket(flags.AF_INET, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0);
  const one = Buffer.from([1, 0, 0, 0]);
  native.setsockopt(reservation, flags.SOL_SOCKET, flags.SO_REUSEADDR, one, one.length);
  const address = loopback(0);
  native.bind(reservation, address, address.length);
  return { port: portOf(reservation, "getsockname"), reservation };
};
