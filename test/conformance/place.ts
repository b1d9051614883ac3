/** What a process is sure to have at one place of its script, whatever its calls have returned so far. */
import type { DescriptorName, Signal, Template } from "../../model/index.ts";

export interface Descriptor {
  readonly kind: "file" | "socket";
  readonly access: "read" | "write";
}

export interface Place {
  /** The process; no role is started twice, so it is called by its role. */
  readonly self: string;
  /** The group that it was started in. */
  readonly group: string;
  readonly descriptors: Readonly<Record<DescriptorName, Descriptor>>;
  /** Processes that have been started for sure, and groups that there have been. */
  readonly known: readonly string[];
  readonly groups: readonly string[];
}

/** What holds in the whole of a program, because the kernel has more to say of the one where there is the other. */
export interface Mood {
  /** Whether processes are stopped and continued. */
  readonly stops: boolean;
}

export const startPlace = (self: string, starting: readonly string[]): Place => ({
  ...{ self, group: self, descriptors: {}, known: starting, groups: starting },
});

/** Where a child of this process starts, if this call is what starts it. */
export const childPlace = (parent: Place, call: Extract<Template, { call: "spawn" | "fork" }>): Place => {
  const self = String(call.role);
  const known = [...parent.known, self];
  if (call.call === "fork") return { ...startPlace(self, known), ...kept(parent, parent.group), known };
  const group = call.group === "own" ? self : parent.group;
  const passed = Object.entries(call.descriptors).flatMap(([fd, from]) => {
    const descriptor = parent.descriptors[String(from)];
    return descriptor === undefined ? [] : [[fd, descriptor] as const];
  });
  const lifeline = call.lifeline === "" ? [] : [[String(call.lifeline), socket] as const];
  return {
    ...startPlace(self, known),
    ...kept(parent, group),
    descriptors: Object.fromEntries([...passed, ...lifeline]),
  };
};

const socket: Descriptor = { kind: "socket", access: "write" };

const kept = (parent: Place, group: string) => ({
  group,
  groups: [...new Set([...parent.groups, group])],
  descriptors: parent.descriptors,
});

/** The place behind a call. */
export const placeAfter = (place: Place, call: Template): Place => {
  if (call.call === "open") {
    const file: Descriptor = { kind: "file", access: call.access as Descriptor["access"] };
    return { ...place, descriptors: { ...place.descriptors, [String(call.as)]: file } };
  }
  if (call.call === "close") {
    const { [String(call.fd)]: _, ...descriptors } = place.descriptors;
    return { ...place, descriptors };
  }
  if (call.call !== "spawn" && call.call !== "fork") return place;
  const child = childPlace(place, call);
  const lifeline = call.call === "spawn" && call.lifeline !== "" ? { [String(call.lifeline)]: socket } : {};
  return {
    ...place,
    known: child.known,
    groups: child.groups,
    descriptors: { ...place.descriptors, ...lifeline },
  };
};

/** The descriptors of a place that can be used in some way, in a stable order. */
export const descriptorsOf = (place: Place, fits: (descriptor: Descriptor) => boolean): DescriptorName[] =>
  Object.keys(place.descriptors).filter((fd) => fits(place.descriptors[fd] as Descriptor));

/** Signals that a process may block: what is pending of the others is not as the model has it. */
export const blockable = ["SIGUSR1", "SIGUSR2", "SIGTERM"] as const satisfies readonly Signal[];
