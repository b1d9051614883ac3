/** How transitions that were never taken are shown. */
import type { Protocol } from "../model/index.ts";
import { machineTransitions, showMachineTransition } from "../sim/index.ts";

/** One entry a state. Where only some of an event's targets were missed, they are named. */
export const groupUnreached = (protocol: Protocol, unreached: readonly string[]): string => {
  const known = machineTransitions(protocol);
  const missed = new Set(unreached);
  const states = new Map<string, Set<string>>();
  for (const transition of known.filter((one) => missed.has(showMachineTransition(one)))) {
    const { role, state, event, target } = transition;
    const siblings = known.filter((one) => one.role === role && one.state === state && one.event === event);
    const some = siblings.some((one) => !missed.has(showMachineTransition(one)));
    const key = `${role}.${state}`;
    states.set(key, (states.get(key) ?? new Set()).add(some ? `${event} → ${target}` : event));
  }
  return [...states].map(([state, events]) => `  ${state} ${[...events].join(" | ")}`).join("\n");
};
