/**
 * Allowances: what the real kernel may do at a call and the simulated one does not (docs/fidelity.md). Each has a name, is
 * tried only where the model has no outcome that agrees with what was seen, and is counted; none is silent.
 */
import { match } from "ts-pattern";
import type { ProcessName, Request, RequestFor, Result } from "../../model/index.ts";
import { descriptionOf } from "../kernel/descriptors.ts";
import { type Description, portCell, streamCell } from "../kernel/index.ts";
import { type Choice, type Kernel, movedBy, must, setMoved, update } from "../kernel/kernel.ts";
import { connectInVain, isReadable } from "../kernel/sockets.ts";

export const allowanceNames = {
  "partial-read": "a read from a socket took fewer bytes than had been sent by then",
  capacity: "a socket had more or less room than the setting says",
  "lost-write": "a write to a peer that had closed succeeded, and its bytes were lost",
  clock: "a timer ran out although the other side could still have done something",
  "closing-port":
    "the port of a dying daemon let somebody in after other ends of it were closed, and reset the connection",
} as const;
export type AllowanceName = keyof typeof allowanceNames;
export type AllowanceCounts = Readonly<Partial<Record<AllowanceName, number>>>;

/** An outcome beyond those of the simulated kernel, and the name of what is allowed by it. */
export interface Allowed {
  readonly name: AllowanceName;
  readonly choice: Choice;
}

type Socket = Extract<Description["object"], { kind: "socket" }>;

const socketBehind = (kernel: Kernel, process: ProcessName, fd: string): Socket | null => {
  const { object } = descriptionOf(kernel, process, fd);
  return object.kind === "socket" ? object : null;
};

const reading = (kernel: Kernel, process: ProcessName, { fd }: RequestFor<"read">, result: Result) => {
  const socket = socketBehind(kernel, process, fd);
  if (socket === null) return null;
  const { bytes, writer } = must(kernel, streamCell(socket.input));
  if (result.type === "timeout")
    return bytes === "" && writer === "open" ? allow("clock", () => result) : null;
  if (result.type !== "data") return null;
  if (!bytes.startsWith(result.bytes)) return null;
  return allow("partial-read", (k) => {
    update(k, streamCell(socket.input), { bytes: bytes.slice(result.bytes.length) });
    return result;
  });
};

const writing = (
  kernel: Kernel,
  process: ProcessName,
  { fd, bytes }: RequestFor<"write">,
  result: Result,
) => {
  const socket = socketBehind(kernel, process, fd);
  if (socket === null) return null;
  const stream = kernel.cells.get(streamCell(socket.output));
  if (stream === null || stream.reader === "closed")
    return result.type === "ok" && socket.connection !== "" ? allow("lost-write", () => result) : null;
  if (result.type === "EAGAIN" && stream.bytes !== "") return allow("capacity", () => result);
  if (result.type !== "ok" && result.type !== "short") return null;
  return allow("capacity", (k) => {
    const now = bytes.slice(movedBy(k, process), result.value);
    update(k, streamCell(socket.output), { bytes: stream.bytes + now });
    setMoved(k, process, 0);
    return result;
  });
};

const polling = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"poll">,
  result: Result,
): Allowed | null => {
  const isReady = request.input.some((fd) => isReadable(kernel, descriptionOf(kernel, process, fd)));
  if (result.type === "timeout" && request.timeout.includes(result.name))
    return isReady ? null : allow("clock", () => result);
  if (result.type !== "writable" || !request.room.includes(result.name)) return null;
  return socketBehind(kernel, process, result.name) === null ? null : allow("capacity", () => result);
};

/** The end of a process takes the kernel a while: what else it had may be closed already when its port still lets somebody in. */
const connecting = (
  kernel: Kernel,
  process: ProcessName,
  { as }: RequestFor<"connect">,
  result: Result,
): Allowed | null => {
  const { listener, opened } = must(kernel, portCell);
  if (result.type !== "ok" || listener !== "" || !opened) return null;
  return allow("closing-port", (k) => {
    connectInVain(k, process, as);
    return result;
  });
};

const allow = (name: AllowanceName, run: Choice["run"]): Allowed => ({ name, choice: { run } });

/** The allowance under which a call that the model would let wait, or answer otherwise, gives this result; null without one. */
export const allowanceFor = (
  kernel: Kernel,
  process: ProcessName,
  request: Request,
  result: Result,
): Allowed | null =>
  match(request)
    .returnType<Allowed | null>()
    .with({ call: "read" }, (r) => reading(kernel, process, r, result))
    .with({ call: "write" }, (r) => writing(kernel, process, r, result))
    .with({ call: "poll" }, (r) => polling(kernel, process, r, result))
    .with({ call: "connect" }, (r) => connecting(kernel, process, r, result))
    .otherwise(() => null);
