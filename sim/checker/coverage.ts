/** Which transitions of the machines were never taken: whatever was proved says nothing of them. */
import { machineFor, type ProcessName, type Protocol, roleOf } from "../../model/index.ts";
import type { Edge } from "../engine/product.ts";

/** `RECV.appendLines: ENOSPC → rollBack` */
export interface MachineTransition {
  readonly role: string;
  readonly state: string;
  readonly event: string;
  readonly target: string;
}

export const showMachineTransition = ({ role, state, event, target }: MachineTransition): string =>
  `${role}.${state}: ${event} → ${target}`;

/** Every transition that the machines of a protocol have, but for the answer to errors that no model predicts. */
export const machineTransitions = (protocol: Protocol): MachineTransition[] =>
  [...Object.keys(protocol.machines), "client"].flatMap((role) =>
    Object.values(machineFor(protocol, role)?.states ?? {}).flatMap((state) =>
      [...state.transitions.values()]
        .flat()
        .flatMap(({ eventType, target }) =>
          (target ?? [state]).map(({ key }) => ({ role, state: state.key, event: eventType, target: key })),
        ),
    ),
  );

/** The edge that takes an event: one of its own, or else `*`. */
const edgeFor = (protocol: Protocol, process: ProcessName, state: string, event: string): string => {
  const machine = machineFor(protocol, roleOf(process));
  const nodes = [machine?.states[state], machine?.root];
  const named = nodes.some((node) => node?.transitions.has(event));
  return !named && nodes.some((node) => node?.transitions.has("*")) ? "*" : event;
};

/** The transitions that a search never took. */
export const unreachedTransitions = (protocol: Protocol, edges: readonly Edge[]): MachineTransition[] => {
  const taken = new Set(
    edges.flatMap((edge) =>
      edge.taken
        ? edge.events.flatMap((event) =>
            event.type === "return"
              ? [
                  showMachineTransition({
                    role: roleOf(event.process),
                    state: event.state,
                    event: edgeFor(protocol, event.process, event.state, event.result.type),
                    target: event.next.state,
                  }),
                ]
              : [],
          )
        : [],
    ),
  );
  const commands = new Set(["disconnect", "return"]);
  return machineTransitions(protocol).filter(
    (transition) => !commands.has(transition.event) && !taken.has(showMachineTransition(transition)),
  );
};
