/** The zygote's program: loads everything once, and forks a process whenever the runner asks for one. */
import { join } from "node:path";
import { type Program, type Protocol, protocolOf } from "../model/index.ts";
import { becomeForkable } from "./forkable.ts";
import { membersOf } from "./kernel.ts";
import { flags, native, signalNumbers, uninterrupted } from "./native.ts";
import { type Birth, type Born, longestMessage } from "./nursery.ts";
import { beginProcess } from "./process.ts";
import { loadProtocol } from "./protocol.ts";
import { setDisposition } from "./syscalls/signals.ts";

const socket = 3;

const known = new Map<string, Promise<Protocol>>();

/** A protocol, loaded and looked over once. */
const protocolFor = (reference: string | Program): Protocol | Promise<Protocol> => {
  if (typeof reference !== "string") return protocolOf(reference, "program");
  const found = known.get(reference) ?? loadProtocol(reference);
  known.set(reference, found);
  return found;
};

const forked = async ({ directory, protocol: reference, configuration }: Birth): Promise<Born> => {
  const protocol = await protocolFor(reference);
  const zygote = native.getpid();
  const pid = native.fork();
  if (pid < 0) return { problem: "no process can be forked" };
  if (pid > 0) {
    sessions.add(pid);
    return { pid };
  }
  // Node's own descriptors stay: libuv makes its pipe anew in every forked child, and closes the old one by number.
  native.close(socket);
  native.setsid();
  const errors = native.open(
    join(directory, "errors"),
    flags.O_RDWR | flags.O_CREAT | flags.O_APPEND | flags.O_CLOEXEC,
    "unsigned int",
    0o600,
  );
  native.dup2(errors, 2);
  native.close(errors);
  return beginProcess({ protocol, directory, configuration, creator: zygote });
};

/** Each leads a session, which all that it starts belong to. */
const sessions = new Set<number>();

/**
 * The runner has gone, however it ended: it takes everything along, also what has been stopped and hears of nothing. More than
 * one round, since somebody may have forked meanwhile.
 */
const endAll = (): void => {
  for (let round = 0; round < 3; round++)
    for (const pid of membersOf(sessions)) native.kill(pid, signalNumbers.SIGKILL);
};

const serve = async (): Promise<void> => {
  const message = Buffer.alloc(longestMessage);
  for (;;) {
    const size = uninterrupted(() => native.read(socket, message, message.length));
    if (size <= 0) {
      endAll();
      process.exit(0);
    }
    const answer = await forked(JSON.parse(message.toString("utf8", 0, size)) as Birth).catch(
      (error: unknown): Born => ({ problem: error instanceof Error ? error.message : String(error) }),
    );
    const text = Buffer.from(JSON.stringify(answer), "utf8");
    native.send(socket, text, text.length, flags.MSG_NOSIGNAL);
  }
};

becomeForkable();
setDisposition("SIGCHLD", { kind: "ignore" }); // the kernel reaps whom it has forked
await serve();
