/**
 * What a cluster does over and over is done for a while in the process that all clusters are forked of, before the first is. So its code
 * has been compiled and optimised when a cluster begins: none of them does that again, and all of them share it.
 *
 * RECV and SEND are run one after the other, as a cluster runs them, each on a log that is in memory alone and with a client that is the
 * other end of a socket pair. They make their calls on descriptors; what starts processes, or touches signals and groups, is only said
 * to have been done. What has been optimised depends on how objects came about: so everything comes about as in a cluster, and
 * what a call is given is written out at the edges, never spread.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ok, type RequestFor, type Result } from "../../model/index.ts";
import { papaya } from "../../model/protocols/papaya.ts";
import type { OpenDescriptor } from "../configuration.ts";
import { errnoName, flags, native } from "../native.ts";
import { Self } from "../self.ts";
import type { Post } from "./post.ts";
import { edgeOf, runOf } from "./role.ts";
import { Unrecorded } from "./unrecorded.ts";

/** How many clusters are rehearsed, and how often each waits for something to happen: until there is nothing left to optimise. */
const clusters = 8;
const waits = 150;

/**
 * How much has to be interpreted before V8 optimises it: little in a rehearsal; and much afterwards, when whatever is not optimised
 * either is rare, or is that again within microseconds of its turn. Each cluster would spend some 200 ms on it, one that is hardly used, too.
 */
const eagerness = { rehearsal: 10_000, life: 10_000_000 };

const optimiseAfter = (budget: number): void => setFlagsFromString(`--interrupt-budget=${budget}`);

/** What is young would be moved by each process for itself, and no longer be shared. */
const settleHeap = (): void => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (how: { type: "minor" }) => void;
  for (let round = 0; round < 2; round++) collect({ type: "minor" });
};

const line = Buffer.from("ana: what is rehearsed is what a chat consists of, lines of text\n", "utf8");

/** Ends a process that is rehearsed. */
class Enough extends Error {}

const socketPair = (): [number, number] => {
  const pair = Buffer.alloc(8);
  native.socketpair(flags.AF_UNIX, flags.SOCK_STREAM | flags.SOCK_CLOEXEC, 0, pair);
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
};

const openMemory = (): number => {
  const memory = native.memfd_create("rehearsal", flags.MFD_CLOEXEC);
  if (memory < 0) throw new Error(`no file can be made in memory: ${errnoName()}`);
  return memory;
};

/** Runs a process of a cluster until it has waited often enough. */
const rehearseRole = (post: Post): void => {
  const log = openMemory();
  const [client, socket] = socketPair();
  const [lifeline, otherEnd] = socketPair();
  const descriptor = (number: number): OpenDescriptor => ({ number, kind: "socket", own: true });
  const configuration = {
    ...{ role: post.role, groups: {}, blocked: [], ignored: [] },
    descriptors: { socket: descriptor(socket), lifeline: descriptor(lifeline) },
  };
  const run = runOf(post, `/proc/self/fd/${log}`);
  const self = new Self(run, post.facts.state, configuration, () => native.exit(70) as never);
  const { calls } = edgeOf(self, post);
  const received = Buffer.alloc(1 << 16);
  let left = waits;
  /** Lets happen what it waits for: RECV's client has sent a line; SEND has been signalled, for there is a new line in the log. */
  const poll = (_: Self, request: RequestFor<"poll">): Result => {
    if (left-- === 0) throw new Enough();
    if (post.role === "RECV") {
      native.write(client, line, line.length);
      return calls.poll(self, request, "");
    }
    if (left < waits - 1) native.read(client, received, received.length);
    native.write(log, line, line.length);
    calls.poll(self, { ...request, room: ["socket"] }, ""); // as good as a signal: it returns at once
    return { type: "EINTR" };
  };
  const said = () => ok();
  const pretended = { sigaction: said, setpgid: said, killpg: said, spawn: said, poll };
  const { parameters, token } = run;
  try {
    new Unrecorded(self, { ...calls, ...pretended }).run(papaya.machines[post.role]!, {
      ...{ parameters, token, segments: [] },
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  } finally {
    const opened = [...self.descriptors.values()].map(({ number }) => number);
    for (const number of new Set([...opened, client, otherEnd, log])) native.close(number);
  }
};

/** No title that `papaya ps` would take for a client's: its peer is two words. */
const nobody = { number: 0, peer: "nobody yet" };

/** Rehearses clusters of a server that is about to begin. Throws an Error where RECV or SEND cannot go on. */
export const rehearse = (post: Post): void => {
  const { title } = process;
  const cluster = { ...nobody, session: post.facts.sessions[0]?.name ?? "" };
  optimiseAfter(eagerness.rehearsal);
  for (let nth = 0; nth < clusters; nth++)
    for (const role of ["RECV", "SEND"] as const) rehearseRole({ ...post, role, cluster });
  optimiseAfter(eagerness.life);
  settleHeap();
  process.title = title;
};
