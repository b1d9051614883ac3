/**
 * An environment that never ends. Clients come, write, go and come back for ever, and yet there are only so many states,
 * without anything being left out of what the processes of a protocol do:
 *
 * - The disk has an end. There is room for some lines (`messages` for each writer), and from then on every append fails with
 *   ENOSPC: RECV goes on taking the lock, signalling, trying, rolling back. So the log cannot grow.
 * - Names are given again when nothing in the world says them any more, as a kernel does it with process ids.
 *
 * Everybody who has nothing to do with the log is left out: no daemon, no connections. A client starts its RECV
 * itself, with a socket to itself, writes a line, waits until that line or a notice comes back, and writes it again. A `visitor` is a client together with its RECV, which has nothing to append: it starts
 * a SEND as the protocol's RECV does, lets it go by closing the lifeline at any time, reaps it, and comes again.
 */
import { assign, setup } from "xstate";
import { close, ignore, parameter, pause, read, spawn, type Template, the, waitpid, write } from "./call.ts";
import { noticePrefix, splitLines } from "./line.ts";
import { machineTypes, metaOf, type ProcessMachine } from "./machine.ts";
import type { Bounds, InitialProcess, Protocol } from "./protocol.ts";
import { script } from "./script.ts";

type WriterContext = { line: string; heard: string };

/** Whether a writer's own line has come back, or a notice. */
const isAnswered = ({ line, heard }: WriterContext, bytes: string): boolean =>
  splitLines(heard + bytes).lines.some((one) => one === line || one.startsWith(noticePrefix));

const writer = setup({ types: machineTypes<WriterContext>() }).createMachine({
  id: "writer",
  context: ({ input }) => ({ line: input.segments[0] ?? "", heard: "" }),
  initial: "startRecv",
  on: { failed: ".hangUp" },
  states: {
    startRecv: {
      meta: { call: spawn("RECV", { lifeline: "socket" }) },
      on: { ok: "sendLine" },
    },
    sendLine: {
      meta: { call: write("socket", the("line")) },
      on: { ok: "awaitAnswer", short: "hangUp", EPIPE: "hangUp", ECONNRESET: "hangUp" },
    },
    awaitAnswer: {
      meta: { call: read("socket", parameter("socketBuffer")) },
      on: {
        data: [
          {
            guard: ({ context, event }) => isAnswered(context, event.bytes),
            target: "sendLine",
            actions: assign({ heard: ({ context, event }) => splitLines(context.heard + event.bytes).rest }),
          },
          {
            target: "awaitAnswer",
            actions: assign({ heard: ({ context, event }) => splitLines(context.heard + event.bytes).rest }),
          },
        ],
        eof: "hangUp",
        ECONNRESET: "hangUp",
      },
    },
    hangUp: {
      meta: { call: close("socket") },
      on: { ok: "reapRecv" },
    },
    reapRecv: {
      meta: { call: waitpid() },
      on: { ok: { target: "startRecv", actions: assign({ heard: "" }) }, ECHILD: "startRecv" },
    },
  },
});

/** A client that comes, hears, and goes. `start` is how the protocol's RECV starts its SEND. */
const visitor = (start: Template & { call: "spawn" }): ProcessMachine =>
  setup({ types: machineTypes<Record<string, never>>() }).createMachine({
    id: "visitor",
    context: {},
    initial: "startSend",
    states: {
      startSend: { meta: { call: start }, on: { ok: "hangUp" } },
      hangUp: { meta: { call: close(start.lifeline as string) }, on: { ok: "reapSend" } },
      reapSend: { meta: { call: waitpid() }, on: { ok: "startSend", ECHILD: "startSend" } },
    },
  });

/** How a protocol's RECV starts its SEND. Throws a RangeError where a visitor could not do the same. */
const startOfSend = ({ id, machines }: Protocol): Template & { call: "spawn" } => {
  const { RECV } = machines;
  const calls = Object.keys(RECV?.states ?? {}).map((state) => RECV && metaOf(RECV, state)?.call);
  const found = calls.find((call) => call?.call === "spawn");
  if (found?.call === "spawn" && found.lifeline !== "") return found;
  throw new RangeError(
    `${id} cannot be put into an endless environment: its RECV does not start a SEND by “spawn” with a lifeline, which a visitor would have to do as well. Take a protocol made like papaya.`,
  );
};

/** Keeps the group of the multicast, as the anchor does, and nothing else. */
const keeper: InitialProcess = {
  ...{ role: "keeper", group: "chat", session: "clients" },
  signals: [{ signal: "SIGUSR1", disposition: ignore, blocked: false }],
};

/** A protocol among clients that never stop: `bounds.clients` of them write, `bounds.visitors` come and go. */
export const amongEndless = (protocol: Protocol, bounds: Bounds): Protocol => {
  const { RECV, SEND } = protocol.machines;
  if (RECV === undefined || SEND === undefined)
    throw new RangeError(`${protocol.id} has no RECV and SEND, so there is no endless environment for it.`);
  const place = (role: string, nth: number): InitialProcess => ({
    ...{ role, index: String(nth), group: "clients", session: "clients" },
    ...(role === "visitor" ? { holds: { socket: { socket: "" } } } : {}),
  });
  const writers = Array.from({ length: bounds.clients }, (_, at) => place("client", at + 1));
  const visitors = Array.from({ length: bounds.visitors ?? 0 }, (_, at) =>
    place("visitor", bounds.clients + at + 1),
  );
  return {
    ...protocol,
    machines: { keeper: script(pause()), visitor: visitor(startOfSend(protocol)), RECV, SEND },
    client: writer,
    start: [keeper, ...writers, ...visitors],
  };
};
