/**
 * The server that people run: the machines of `papaya`, unchanged, as processes that nobody steers and nothing records. What a
 * server needs beyond the proof stands at the edge between a machine and the kernel.
 *
 * - `settings` `address` `token` `user`   what it is told; who may come in; whom it runs as
 * - `supervisor` `reins` `eviction` `state` `waiting`   `papaya serve`: starts, hears, restarts, stops, in an ordinary Node process
 * - `starter` `log` `rehearsal` `gate`   how it begins; whether its log is one; what is done beforehand, once for all clusters; where the
 *   anchor waits for orders
 * - `role` `unrecorded` `post`   a process from its fork to its end; its loop; what it is there for
 * - `anchorage` `doorkeeper` `receiving` `sending` `view`   the edges of anchor, daemon, RECV and SEND; what SEND sees of a log
 * - `tcp` `occupancy`   its sockets; one server at most on a log
 * - `events` `title` `population` `outlet`   what it tells: to its supervisor, to ps(1), to `papaya ps`, to whoever reads its log
 */
export type { ServerEvent, SupervisorEvent } from "./events.ts";
export { Outlet } from "./outlet.ts";
export { type Inhabitant, inhabitants, standingOf } from "./population.ts";
export type { ChatSession, ServerSettings } from "./settings.ts";
export { Server } from "./supervisor.ts";
export { makeToken, readDigest } from "./token.ts";
export { accountFor, become } from "./user.ts";
