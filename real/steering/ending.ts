/** The end of a schedule after which nothing can move: everybody goes into its call and must stay there. */
import {
  machineFor,
  type Observation,
  type ProcessName,
  type QuiescentEvent,
  type QuietProcess,
  roleOf,
  showRequest,
  showResult,
  unneededDescriptors,
  type Waking,
} from "../../model/index.ts";
import { Diverged } from "./divergence.ts";
import type { Link } from "./link.ts";
import type { Stage } from "./stage.ts";

/** Looks of a millisecond until it is believed that a process sleeps. */
const patience = 2;
/** The same where it is not expected to sleep on. */
const long = 300;

const said = (link: Link, looks: number): string => {
  const heard = link.hear(looks);
  if (heard.type !== "report") return heard.type;
  const { report } = heard;
  if (report.report !== "stands" || report.result === null) return report.report;
  return `= ${showResult(link.standing.request.call, report.result)}`;
};

/** What blocks for the model's small buffers, or before the port is first opened, need not block here. */
const canBeEntered = ({ standing }: Link): boolean =>
  standing.request.call !== "write" && standing.request.call !== "connect";

/** Lets everybody into the call that is said to block; returns who is inside. Throws {@link Diverged} where it returns. */
export const enterAll = (stage: Stage, blocked: ReadonlySet<ProcessName>): ReadonlySet<ProcessName> => {
  const links = [...blocked].flatMap((name) => stage.links.get(name) ?? []).filter(canBeEntered);
  for (const link of links) {
    link.order({ order: "call", manner: { kind: "wait" }, people: stage.people });
    link.isInside = true;
  }
  const mustSleep = (link: Link, looks: number): void => {
    const found = said(link, looks);
    const call = showRequest(link.standing.request);
    if (found !== "asleep")
      throw new Diverged(`${link.name} does not block`, [`${call} blocks`], [`${call} ${found}`]);
  };
  for (const link of links) mustSleep(link, patience);
  for (const link of links) mustSleep(link, 1); // whoever went in later may have let somebody go
  return new Set(links.map(({ name }) => name));
};

/**
 * Sends to those who are inside what they catch: the call must return, or go on, as the model says of its handler. First those
 * that go on, since nobody can be asked twice who has come back.
 */
export const wakeAll = (stage: Stage, wakings: readonly Waking[], inside: ReadonlySet<ProcessName>): void => {
  const asked = wakings.filter(({ process }) => inside.has(process));
  const back = new Set<ProcessName>();
  for (const { process, signal, interrupts } of asked.sort(
    (a, b) => Number(a.interrupts) - Number(b.interrupts),
  )) {
    const link = stage.links.get(process);
    if (link === undefined || back.has(process)) continue;
    stage.strike(link, signal);
    const found = said(link, interrupts ? long : patience);
    if (interrupts) back.add(process);
    const call = showRequest(link.standing.request);
    const expected = interrupts ? "= EINTR" : "asleep";
    if (found !== expected)
      throw new Diverged(
        `${signal} in ${call}`,
        [`${process} ${call}: ${expected}`],
        [`${process} ${call}: ${found}`],
      );
  }
};

/** The event that ends the real trace, as the kernel has it. */
export const quietEvent = (stage: Stage, { processes, files, portOpen }: Observation): QuiescentEvent => ({
  type: "quiescent",
  log: files.log ?? "",
  portOpen,
  processes: Object.entries(processes).map(([key, { status, parent, descriptors }]): QuietProcess => {
    const name = key as ProcessName;
    const link = stage.links.get(name);
    if (status === "zombie" || link === undefined)
      return { name, status: "zombie", parent, state: "", request: null, holdsLock: false, unneeded: [] };
    const { local, request } = link.standing;
    const machine = machineFor(stage.setting.protocol, roleOf(name));
    return {
      name,
      status: status === "stopped" ? "stopped" : "blocked",
      parent,
      state: local.state,
      request,
      holdsLock: Object.values(descriptors).some((one) => one.kind === "file" && one.lock !== null),
      unneeded:
        machine === undefined
          ? []
          : unneededDescriptors(machine, local.state, Object.keys(descriptors), local.context),
    };
  }),
});
