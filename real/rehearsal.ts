/**
 * What a cluster does over and over is done for a while in the process that all clusters are forked of, before the first is. So its code
 * has been compiled and optimised when a cluster begins: none of them does that again, and all of them share it.
 *
 * RECV and SEND are run one after the other, each on a log that is thrown away and with a client that is the other end of a socket pair. They
 * make their calls on descriptors; what starts processes, or touches signals and groups, is only said to have been done.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { machineFor, ok, type Protocol, type RequestFor, type Result } from "../model/index.ts";
import type { OpenDescriptor, RunConfiguration } from "./configuration.ts";
import { flags, native } from "./native.ts";
import { Self } from "./self.ts";
import { calls } from "./syscalls/index.ts";
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

/** Runs a process of that role until it has waited often enough. */
const rehearseRole = (
  protocol: Protocol,
  run: RunConfiguration,
  directory: string,
  role: "RECV" | "SEND",
): void => {
  const machine = machineFor(protocol, role);
  if (machine === undefined) return;
  const [client, socket] = socketPair();
  const [lifeline, otherEnd] = socketPair();
  const log = native.open(
    run.log,
    flags.O_RDWR | flags.O_CREAT | flags.O_APPEND | flags.O_CLOEXEC,
    "unsigned int",
    0o600,
  );
  const descriptor = (number: number): OpenDescriptor => ({ number, kind: "socket", own: true });
  const configuration = {
    ...{ role, groups: {}, blocked: [], ignored: [] },
    descriptors: { socket: descriptor(socket), lifeline: descriptor(lifeline) },
  };
  const self = new Self(run, directory, configuration, () => native.exit(70) as never);
  const received = Buffer.alloc(1 << 16);
  let left = waits;
  /** Lets happen what it waits for: RECV's client has sent a line; SEND has been signalled, for there is a new line in the log. */
  const poll = (_: Self, request: RequestFor<"poll">): Result => {
    if (left-- === 0) throw new Enough();
    if (role === "RECV") {
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
  try {
    new Unrecorded(self, { ...calls, ...pretended }).run(machine, {
      ...{ parameters: run.parameters, token: run.token, segments: [] },
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  } finally {
    const opened = [...self.descriptors.values()].map(({ number }) => number);
    for (const number of new Set([...opened, client, otherEnd, log])) native.close(number);
  }
};

/** As a process reads it from a file: what has been optimised depends on how its objects came about. */
const asRead = (run: RunConfiguration) => JSON.parse(JSON.stringify(run)) as RunConfiguration;

/** Rehearses the clusters of a protocol whose RECV and SEND wait by poll. Throws an Error where theirs do not come back to it. */
export const rehearse = (protocol: Protocol, told: RunConfiguration, parent: string): void => {
  const directory = mkdtempSync(join(parent, "rehearsal-"));
  try {
    optimiseAfter(eagerness.rehearsal);
    for (let cluster = 0; cluster < clusters; cluster++)
      for (const role of ["RECV", "SEND"] as const)
        rehearseRole(
          protocol,
          asRead({ ...told, log: join(directory, `${role}.${cluster}`) }),
          directory,
          role,
        );
    optimiseAfter(eagerness.life);
    settleHeap();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
