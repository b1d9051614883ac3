/** Addresses of both families, as the kernel has them and as people write them. */
import { isIPv4, isIPv6 } from "node:net";
import { flags, native } from "../native.ts";

/** Every address of both families. */
export const everyAddress = "::";

/** The family of an address, and its sockaddr_in or sockaddr_in6. */
export const socketAddress = (address: string, port: number): { family: number; bytes: Buffer } => {
  const [family, size, at] = isIPv4(address) ? [flags.AF_INET, 16, 4] : [flags.AF_INET6, 28, 8];
  const bytes = Buffer.alloc(size);
  bytes.writeUInt16LE(family, 0);
  bytes.writeUInt16BE(port, 2);
  native.inet_pton(family, address, bytes.subarray(at));
  return { family, bytes };
};

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const written = (family: number, address: Buffer): string => {
  const text = Buffer.alloc(64);
  native.inet_ntop(family, address, text, text.length);
  return text.toString("latin1", 0, text.indexOf(0));
};

/** One end of a connection. An IPv4 address that came in through a socket for both families is shown as what it is. */
export const endpointOf = (fd: number, end: "getsockname" | "getpeername"): Endpoint => {
  const address = Buffer.alloc(128);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(address.length);
  if (native[end](fd, address, size) !== 0) return { address: "unknown", port: 0 };
  const family = address.readUInt16LE(0);
  const text = written(family, address.subarray(family === flags.AF_INET ? 4 : 8));
  return { address: text.replace(/^::ffff:(?=\d+\.)/, ""), port: address.readUInt16BE(2) };
};

export const showEndpoint = ({ address, port }: Endpoint): string =>
  isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;

const remedies: Readonly<Partial<Record<string, string>>> = {
  EADDRINUSE: "Somebody else has it; “ss -tlnp” shows who.",
  EACCES: "Ports below 1024 are for root, whom the server does not run as: choose one from 1024 on.",
  EAFNOSUPPORT: "This host has no IPv6: choose an IPv4 address.",
  EADDRNOTAVAIL: "This host has no such address; “ip address” shows those that it has.",
};

/** Why nobody can listen there, and what to do about it. */
export const refusedAt = (endpoint: Endpoint, errno: string): string =>
  `port ${showEndpoint(endpoint)} cannot be opened: ${errno}. ${remedies[errno] ?? "Choose another address or port."}`;
