/** What goes over the gate: the controller's orders, and the reports of the processes. */
import type { Command, DescriptorName, LocalState, Request, Result } from "../../model/index.ts";
import type { Ports } from "../observe.ts";

/** How a call is to come out as the schedule has it, by means that the kernel allows. */
export type Manner =
  /** As it comes. `name` is what the new descriptor, child or connection is called, or which child is waited for. */
  | { readonly kind: "plain"; readonly name: string }
  /** When so many bytes have come in. */
  | { readonly kind: "bytes"; readonly size: number }
  /** When this descriptor is ready: one of several that may be. */
  | { readonly kind: "ready"; readonly name: DescriptorName; readonly how: "readable" | "writable" }
  /** A wait that only a signal or input ends: no timer, and no room in sockets. */
  | { readonly kind: "wait" }
  /** The timer runs out now. */
  | { readonly kind: "timer"; readonly name: DescriptorName }
  /** Only the bytes up to here are offered; with `goesOn` the call is not over then. */
  | { readonly kind: "offer"; readonly upTo: number; readonly goesOn: boolean }
  /** A lock is given up for another one that cannot be had yet: asked for without waiting. */
  | { readonly kind: "lose" }
  /** The result comes from the gate, not from the kernel. */
  | { readonly kind: "inject"; readonly result: Result };

export type Order =
  | {
      readonly order: "call";
      readonly manner: Manner;
      /** Process ids by name, groups being named after their leaders. */
      readonly people: Readonly<Record<string, number>>;
    }
  /** Find out, without waiting and without leaving anything behind, whether the call would block. */
  | { readonly order: "probe" }
  | { readonly order: "command"; readonly command: Command["type"] };

export interface Standing {
  readonly report: "stands";
  readonly pid: number;
  readonly local: LocalState;
  readonly request: Request;
  /** What the last call returned; null before the first one, or where it goes on. */
  readonly result: Result | null;
  readonly numbers: Readonly<Record<DescriptorName, number>>;
  readonly sockets: Readonly<Record<DescriptorName, Ports>>;
  /** The numbers of those of its descriptors that listen, as getsockopt(2) says. */
  readonly listening: readonly number[];
  /** Numbers of descriptors that the model knows nothing of: the gate's. */
  readonly hidden: readonly number[];
}

export type Report =
  | Standing
  /** What became of a probe: null where it would block, or where that cannot be found out. */
  | { readonly report: "probed"; readonly found: string | null }
  | { readonly report: "cannot"; readonly problem: string };
