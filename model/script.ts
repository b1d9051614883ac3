/** Scripts: processes that make a list of calls and take whatever comes back. Small litmus tests of a kernel are made of them. */
import { assign, createMachine } from "xstate";
import { isRef, pause, type Template, takesContext } from "./call.ts";
import type { ProcessMachine } from "./machine.ts";

/** The state of a script that has come to its end: the process stays, and does nothing more. */
export const atRest = "rest";

/** The process that a script's child is, by its role. */
type Children = Readonly<Record<string, string>>;

const startsChild = ({ call }: Template): boolean => call === "spawn" || call === "fork";

/** The names that calls take from the context. Before a child has been started, its name is that of the first there can be. */
const childrenIn = (calls: readonly Template[]): Children =>
  Object.fromEntries(
    calls
      .filter(takesContext)
      .flatMap((call) => Object.values(call))
      .flatMap((value) => (isRef(value) && value.from === "context" ? [[value.key, value.key]] : [])),
  );

const noteChild = assign(({ event }) => {
  const { name = "" } = event as { readonly name?: string };
  return { [name.replace(/[@[].*/, "")]: name };
});

/**
 * A process that makes these calls one after the other, whatever comes back, and then rests. A child that it has started
 * is known to it by its role: `kill(the("B"), "SIGTERM")`.
 */
export const script = (...calls: readonly Template[]): ProcessMachine => {
  const children = childrenIn(calls);
  const notes = Object.keys(children).length > 0;
  const name = (at: number) => (at < calls.length ? `call${at + 1}` : atRest);
  const edgesOf = (call: Template, target: string) => {
    if (call.call === "exit") return {};
    return notes && startsChild(call) ? { ok: { target, actions: noteChild }, "*": target } : { "*": target };
  };
  const steps = calls.map((call, at) => [name(at), { meta: { call }, on: edgesOf(call, name(at + 1)) }]);
  return createMachine({
    id: "script",
    context: children,
    initial: name(0),
    states: {
      ...Object.fromEntries(steps),
      [atRest]: { meta: { call: pause() }, on: { EINTR: atRest } },
    },
  });
};
