/**
 * What a protocol file of one's own may use: `import { papaya, variant, withCall, flock } from "papaya-proof"`.
 */
export { anchor } from "./anchor.ts";
export { client } from "./client.ts";
export { type DaemonContext, daemon } from "./daemon.ts";
export * from "./index.ts";
export { lock } from "./lock.ts";
export { papaya, protocols, published } from "./protocols/index.ts";
export { type RecvContext, recv } from "./recv.ts";
export { type SendContext, send, upToLastLine } from "./send.ts";
export { signal } from "./signal.ts";
