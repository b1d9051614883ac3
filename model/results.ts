/** Which results a call may give: what a state that makes it must handle. */
import { match } from "ts-pattern";
import { isRef, type Ref, type Template } from "./call.ts";
import { type MachineEvent, metaOf, type ProcessMachine } from "./machine.ts";
import { machineFor, type Protocol } from "./protocol.ts";
import type { DescriptorKind, Disposition, ResultType } from "./syscall.ts";

const known: Readonly<Record<MachineEvent["type"], true>> = {
  ok: true,
  data: true,
  eof: true,
  short: true,
  readable: true,
  writable: true,
  timeout: true,
  failed: true,
  EAGAIN: true,
  EADDRINUSE: true,
  ECHILD: true,
  ECONNREFUSED: true,
  ECONNRESET: true,
  EFBIG: true,
  EINTR: true,
  ENOSPC: true,
  EPERM: true,
  EPIPE: true,
  ESRCH: true,
  EWOULDBLOCK: true,
  disconnect: true,
  return: true,
};
/** All that a process machine may ever be told. */
export const eventNames: readonly string[] = Object.keys(known);

/** What is known of a role beside the call: what its descriptors are, and how it catches signals. */
export interface CallingRole {
  kindOf(descriptor: string): DescriptorKind | undefined;
  /** Whether it catches some signal at all; whether some handler of it does not restart calls. */
  readonly catches: boolean;
  readonly catchesWithoutRestart: boolean;
}

/**
 * How a role catches signals, over all its states. A role that is forked keeps the handlers of whoever forks it, and one
 * that is there from the start may have some already.
 */
export const catching = (
  protocol: Protocol,
  role: string,
): Pick<CallingRole, "catches" | "catchesWithoutRestart"> => {
  const handlers = handlersOf(protocol, role, new Set());
  return { catches: handlers.length > 0, catchesWithoutRestart: handlers.some(({ restart }) => !restart) };
};

interface Handling {
  readonly restart: boolean;
}

const handlersOf = (protocol: Protocol, role: string, seen: Set<string>): readonly Handling[] => {
  if (seen.has(role)) return [];
  seen.add(role);
  const installed = callsOf(machineFor(protocol, role)).flatMap((call) =>
    call.call === "sigaction" ? handlingOf(call.disposition) : [],
  );
  const preset = protocol.start.flatMap((process) =>
    process.role === role
      ? (process.signals ?? []).flatMap(({ disposition }) => handlingOf(disposition))
      : [],
  );
  const inherited = Object.entries(protocol.machines).flatMap(([parent, machine]) =>
    callsOf(machine).some((call) => call.call === "fork" && (isRef(call.role) || call.role === role))
      ? handlersOf(protocol, parent, seen)
      : [],
  );
  return [...installed, ...preset, ...inherited];
};

/** A disposition that is named by reference may be the worst. */
const handlingOf = (disposition: Disposition | Ref): readonly Handling[] => {
  if (isRef(disposition)) return [{ restart: false }];
  return disposition.kind === "handler" ? [disposition] : [];
};

const callsOf = (machine: ProcessMachine | undefined): Template[] =>
  Object.keys(machine?.states ?? {}).flatMap((state) =>
    machine === undefined ? [] : (metaOf(machine, state)?.call ?? []),
  );

const nameIn = (value: unknown): string => (isRef(value) ? "connection[]" : String(value));

/** Every result that this call may give this role, on the simulated kernel or the real one. */
export const resultsOf = (call: Template, role: CallingRole): readonly ResultType[] => {
  const slow: ResultType[] = role.catchesWithoutRestart ? ["EINTR"] : [];
  const waits: ResultType[] = role.catches ? ["EINTR"] : [];
  const isSocket = (fd: unknown) => role.kindOf(nameIn(fd)) === "socket";
  return match(call)
    .returnType<readonly ResultType[]>()
    .with({ call: "listen" }, () => ["ok", "EADDRINUSE"])
    .with({ call: "accept" }, () => ["ok", ...slow])
    .with({ call: "connect" }, () => ["ok", "ECONNREFUSED"])
    .with({ call: "read" }, (r) =>
      isSocket(r.fd)
        ? ["data", "eof", "ECONNRESET", ...slow, ...(r.timeout === true ? (["timeout"] as const) : [])]
        : ["data", "eof"],
    )
    .with({ call: "pread" }, () => ["data", "eof"])
    .with({ call: "write" }, (r) => {
      if (!isSocket(r.fd)) return ["ok", "short", "ENOSPC", "EFBIG"];
      // One that waits for room is short where a handler interrupts it, or its peer goes.
      const waiting: ResultType[] = r.nonblock === true ? ["EAGAIN"] : slow;
      return ["ok", "short", "EPIPE", "ECONNRESET", ...waiting];
    })
    .with({ call: "flock" }, (r) => {
      if (r.mode === "UN") return ["ok"];
      return r.nonblock === true ? ["ok", "EWOULDBLOCK"] : ["ok", ...slow];
    })
    .with({ call: "kill" }, { call: "killpg" }, () => ["ok", "ESRCH"])
    .with({ call: "pause" }, { call: "sigsuspend" }, () => waits)
    .with({ call: "poll" }, (r) => [
      ...(isRef(r.input) || r.input.length > 0 ? (["readable"] as const) : []),
      ...(isRef(r.room) || r.room.length > 0 ? (["writable"] as const) : []),
      ...(isRef(r.timeout) || r.timeout.length > 0 ? (["timeout"] as const) : []),
      ...waits,
    ])
    .with({ call: "setpgid" }, () => ["ok", "EPERM"])
    .with({ call: "waitpid" }, () => ["ok", "ECHILD", ...slow])
    .with({ call: "exit" }, () => [])
    .with(
      { call: "open" },
      { call: "close" },
      { call: "lseek" },
      { call: "fstat" },
      { call: "ftruncate" },
      { call: "sigaction" },
      { call: "sigprocmask" },
      { call: "fork" },
      { call: "spawn" },
      () => ["ok"],
    )
    .exhaustive();
};
