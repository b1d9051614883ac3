/**
 * A client for any server of the wire protocol. Everything but `chat` and `token` is computation alone.
 *
 * - `address` `token`   where the server is, and what opens its session
 * - `shown`        which of the lines that come are new, across connections
 * - `outbox`       one's own lines: come back, refused, or in doubt
 * - `text`         lines as text that does nothing to a terminal
 * - `conversation` all of that put together: bytes in, what there is to tell out
 * - `backoff` `chat`   the connection, made again when it breaks
 */
export { type Address, parseAddress, showAddress } from "./address.ts";
export { type Audience, Chat, type Over, type Standing } from "./chat.ts";
export type { Told } from "./conversation.ts";
export { encode, harmless, readable, shadeOf, speakerOf } from "./text.ts";
export { readToken, UnusableToken } from "./token.ts";
