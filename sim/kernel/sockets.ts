/**
 * Sockets: two byte streams of bounded capacity a connection, and the listening port with its backlog. Whoever closes
 * the last descriptor of an end with input still unread resets the connection, as TCP and Unix sockets do on Linux. What
 * reads and writes tell of an end is the kernel's own order, found by trying every short sequence of calls on real sockets.
 */
import { match } from "ts-pattern";
import {
  type ConnectionId,
  clientOf,
  connectionId,
  type DescriptorName,
  indexOf,
  ok,
  type ProcessName,
  processName,
  type RequestFor,
  type Result,
} from "../../model/index.ts";
import {
  type Description,
  descriptionCell,
  portCell,
  processCell,
  rosterCell,
  type Stream,
  type StreamId,
  startedCell,
  streamCell,
} from "./cells.ts";
import { descriptionOf, openDescription } from "./descriptors.ts";
import { type Choice, fail, giving, type Kernel, movedBy, must, setMoved, update } from "./kernel.ts";

export type Socket = Extract<Description["object"], { kind: "socket" }>;

const freshStream: Stream = { bytes: "", writer: "open", reader: "open" };

export const openStreams = (kernel: Kernel, ...ids: readonly StreamId[]): void => {
  for (const id of ids) kernel.cells.set(streamCell(id), freshStream);
};

const clientEnd = (connection: string): Socket => ({
  kind: "socket",
  connection,
  input: `${connection}.toClient`,
  output: `${connection}.toServer`,
});
const serverEnd = (connection: string): Socket => ({
  kind: "socket",
  connection,
  input: `${connection}.toServer`,
  output: `${connection}.toClient`,
});

/** A stream that both ends have closed leaves nothing behind. */
const setStream = (kernel: Kernel, id: StreamId, stream: Stream): void =>
  kernel.cells.set(streamCell(id), stream.writer !== "open" && stream.reader === "closed" ? null : stream);

/** A lifeline is a Unix socket: it tells whoever writes at once that nobody is there any more. */
const isUnix = ({ connection }: Socket): boolean => connection === "";

export const closeSocket = (kernel: Kernel, socket: Socket, abort = false): void => {
  const { input, output } = socket;
  const incoming = kernel.cells.get(streamCell(input));
  const unread = abort || (incoming !== null && incoming.bytes !== "");
  const writer = unread ? "reset" : isUnix(socket) ? "over" : "closed";
  if (incoming !== null) setStream(kernel, input, { ...incoming, reader: "closed", bytes: "" });
  const outgoing = kernel.cells.get(streamCell(output));
  if (outgoing !== null) setStream(kernel, output, { ...outgoing, writer });
};

/** The listening description has gone: the port refuses, and whoever waited in the backlog is reset. */
export const closePort = (kernel: Kernel, id: string): void => {
  const port = must(kernel, portCell);
  if (port.listener !== id) return;
  for (const connection of port.backlog) closeSocket(kernel, serverEnd(connection), true);
  kernel.cells.set(portCell, { ...port, listener: "", backlog: [] });
};

export const listenChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"listen">,
): readonly Choice[] => {
  if (must(kernel, portCell).listener !== "") return [{ run: () => ({ type: "EADDRINUSE" }) }];
  return [
    {
      outcome: "ok",
      run: (k) => {
        const listener = openDescription(k, process, request.as, { kind: "listener" });
        update(k, portCell, { listener, opened: true });
        return ok();
      },
    },
  ];
};

/** A client's end of a new connection. */
const openConnection = (kernel: Kernel, process: ProcessName, as: DescriptorName): ConnectionId => {
  const nth = (kernel.cells.get(startedCell(process)) ?? 0) + 1;
  kernel.cells.set(startedCell(process), nth);
  const connection = connectionId(indexOf(process), nth);
  const end = clientEnd(connection);
  openStreams(kernel, end.input, end.output);
  openDescription(kernel, process, as, end);
  return connection;
};

/** A connection that is reset at once, as those are that a closed port leaves behind. */
export const connectInVain = (kernel: Kernel, process: ProcessName, as: DescriptorName): void =>
  closeSocket(kernel, serverEnd(openConnection(kernel, process, as)), true);

export const connectChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"connect">,
): readonly Choice[] => {
  const port = must(kernel, portCell);
  if (port.listener === "") return port.opened ? [{ run: () => ({ type: "ECONNREFUSED" }) }] : [];
  return [
    {
      outcome: "ok",
      run: (k) => {
        const connection = openConnection(k, process, request.as);
        update(k, portCell, { backlog: [...port.backlog, connection] });
        return ok();
      },
    },
  ];
};

export const acceptChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"accept">,
): readonly Choice[] => {
  const { object } = descriptionOf(kernel, process, request.fd);
  if (object.kind !== "listener") return fail(kernel, process, `“${request.fd}” does not listen`);
  const port = must(kernel, portCell);
  const [connection, ...backlog] = port.backlog;
  if (connection === undefined) return [];
  const fd = request.as === "" ? `connection[${connection}]` : request.as;
  return [
    {
      outcome: connection,
      run: (k) => {
        openDescription(k, process, fd, serverEnd(connection));
        update(k, portCell, { backlog });
        return ok(0, fd);
      },
    },
  ];
};

/** A result after which everything has been told of an end: reads give the end of file, and writes EPIPE. */
const ending = (input: StreamId, result: Result): Choice => ({
  run: giving(result, (kernel) => update(kernel, streamCell(input), { writer: "over" })),
});

export const readSocketChoices = (
  kernel: Kernel,
  request: RequestFor<"read">,
  socket: Socket,
): readonly Choice[] => {
  const stream = must(kernel, streamCell(socket.input));
  if (request.size === 0) return [{ run: () => ({ type: "eof" }) }];
  const bytes = stream.bytes.slice(0, request.size);
  if (bytes !== "")
    return [
      {
        run: (k) => {
          update(k, streamCell(socket.input), { bytes: stream.bytes.slice(bytes.length) });
          return { type: "data", bytes };
        },
      },
    ];
  // A reset is told once, to whoever reads or, over TCP, writes next.
  if (stream.writer === "reset") return [ending(socket.input, { type: "ECONNRESET" })];
  if (stream.writer !== "open") return [{ run: () => ({ type: "eof" }) }];
  return request.timeout ? [{ timer: request.fd, run: () => ({ type: "timeout", name: request.fd }) }] : [];
};

const roomIn = (kernel: Kernel, stream: Stream): number =>
  Math.max(0, kernel.setting.parameters.socketBuffer - stream.bytes.length);

/** A write to an end that has closed. `moved` bytes of it were taken before. */
const writeToNobody = (kernel: Kernel, socket: Socket, bytes: string, moved: number): Choice => {
  const { input } = socket;
  const whole = ok(bytes.length);
  const part: Result = { type: "short", value: moved };
  return match(must(kernel, streamCell(input)).writer)
    .returnType<Choice>()
    .with("closed", () => (bytes === "" ? { run: () => whole } : ending(input, whole)))
    .with("reset", () => {
      // A send(2) that waits for room uses the error up on a Unix socket, and leaves it to the next call over TCP.
      if (moved > 0) return isUnix(socket) ? ending(input, part) : { run: () => part };
      return isUnix(socket) ? { run: () => ({ type: "EPIPE" }) } : ending(input, { type: "ECONNRESET" });
    })
    .with("over", "open", () => ({ run: () => (moved > 0 ? part : { type: "EPIPE" }) }))
    .exhaustive();
};

export const writeSocketChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"write">,
  socket: Socket,
): readonly Choice[] => {
  const stream = kernel.cells.get(streamCell(socket.output));
  const moved = movedBy(kernel, process);
  if (stream === null || stream.reader === "closed")
    return [writeToNobody(kernel, socket, request.bytes, moved)];
  const rest = request.bytes.slice(moved);
  const now = rest.slice(0, roomIn(kernel, stream));
  const push = (k: Kernel) => update(k, streamCell(socket.output), { bytes: stream.bytes + now });
  if (now === rest)
    return [
      {
        run: (k) => {
          push(k);
          setMoved(k, process, 0);
          return ok(request.bytes.length);
        },
      },
    ];
  if (request.nonblock)
    return now === ""
      ? [{ run: () => ({ type: "EAGAIN" }) }]
      : [{ run: giving({ type: "short", value: now.length }, (k) => push(k)) }];
  if (now === "") return [];
  // A blocking send(2) moves what fits and goes on waiting for room.
  return [
    {
      outcome: `${moved + now.length} so far`,
      run: (k) => {
        push(k);
        setMoved(k, process, moved + now.length);
        return null;
      },
    },
  ];
};

/** Whether a read of this description would return at once. */
export const isReadable = (kernel: Kernel, { object }: Description): boolean => {
  if (object.kind === "listener") return must(kernel, portCell).backlog.length > 0;
  if (object.kind === "file") return true;
  const stream = must(kernel, streamCell(object.input));
  return stream.bytes !== "" || stream.writer !== "open";
};

/** Whether a write to this description would take at least one byte, or fail. */
export const isWritable = (kernel: Kernel, { object }: Description): boolean => {
  if (object.kind !== "socket") return true;
  const stream = kernel.cells.get(streamCell(object.output));
  return stream === null || stream.reader === "closed" || roomIn(kernel, stream) > 0;
};

/** The connection behind one of a process's descriptors, or empty. */
export const connectionBehind = (kernel: Kernel, id: string): string => {
  const description = must(kernel, descriptionCell(id));
  return description.object.kind === "socket" ? description.object.connection : "";
};

/** The processes that hold the other end of a socket: the client of a connection, or whoever else there is. */
export const peersOf = (kernel: Kernel, { connection, output }: Socket): readonly ProcessName[] => {
  const candidates = connection === "" ? must(kernel, rosterCell) : [clientBehind(connection)];
  return candidates.filter((name) => {
    const process = kernel.cells.get(processCell(name));
    return Object.values(process?.descriptors ?? {}).some((id) => {
      const object = kernel.cells.get(descriptionCell(id))?.object;
      return object?.kind === "socket" && object.input === output;
    });
  });
};

const clientBehind = (connection: string): ProcessName => processName("client", clientOf(connection));
