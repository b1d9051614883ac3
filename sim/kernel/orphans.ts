/**
 * Orphaned process groups. A group whose last member with a parent in another group of the same session has lost that parent,
 * or ends, is orphaned; if somebody in it is stopped, the kernel sends SIGHUP, which every process here ignores, and SIGCONT
 * to all of it (setpgid(2), _exit(2)).
 */
import { type ProcessName, signalsOf } from "../../model/index.ts";
import { groupCell, type Process, processCell, rosterCell } from "./cells.ts";
import { type Kernel, must } from "./kernel.ts";

type Tree = ReadonlyMap<ProcessName, Process>;

/** Whether anybody of the server can ever be stopped: otherwise nothing here matters, and nothing needs to be looked at. */
const canStop = ({ setting }: Kernel): boolean =>
  (setting.faults.stop ?? 0) > 0 || signalsOf(setting.protocol).used.includes("SIGSTOP");

const isAlive = (process: Process | undefined): process is Process =>
  process !== undefined && process.status !== "zombie";

/** Whether a process ties its group to its session, its parent being who it is. */
const isTie = (process: Process, parent: Process | undefined): boolean =>
  isAlive(parent) && parent.group !== process.group && parent.session === process.session;

const parentIn = (tree: Tree, { parent }: Process): Process | undefined =>
  parent === "" ? undefined : tree.get(parent);

/**
 * The groups that somebody's end leaves orphaned with a stopped member. To be asked before the end, so that its ties can still
 * be seen.
 */
export const orphanedBy = (kernel: Kernel, name: ProcessName): readonly string[] => {
  if (!canStop(kernel)) return [];
  const roster = must(kernel, rosterCell);
  const tree: Tree = new Map(roster.map((one) => [one, must(kernel, processCell(one))]));
  const ending = tree.get(name);
  if (ending === undefined) return [];
  const children = [...tree.values()].filter(({ parent }) => parent === name);
  const lost = [
    ...(isTie(ending, parentIn(tree, ending)) ? [ending.group] : []),
    ...children.filter((child) => isTie(child, ending)).map(({ group }) => group),
  ];
  const remaining = [...tree].filter(([one]) => one !== name).map(([, process]) => process);
  const isOrphaned = (group: string) =>
    !remaining.some(
      (process) =>
        process.group === group &&
        isAlive(process) &&
        process.parent !== name &&
        isTie(process, parentIn(tree, process)),
    );
  const hasStopped = (group: string) =>
    remaining.some((process) => process.group === group && process.status === "stopped");
  return [...new Set(lost)].filter((group) => isOrphaned(group) && hasStopped(group));
};

/** The members of a group. */
export const membersOf = (kernel: Kernel, group: string): readonly ProcessName[] =>
  kernel.cells.get(groupCell(group))?.members ?? [];
