/** One message's way through `papaya`: a run of the simulated world, told in parts. */
import { stripVTControlCharacters } from "node:util";
import { showRun } from "../../cli/report.ts";
import { type Action, defaultBounds, type ProcessName, type Setting, settingOf } from "../../model/index.ts";
import { papaya } from "../../model/protocols/index.ts";
import { replay } from "../../sim/index.ts";
import { Simulation } from "../../sim/simulation.ts";

interface Part {
  readonly says: string;
  /** Whose turn it is, and for how many steps; without a number, until it is blocked. */
  readonly turns: readonly (string | readonly [string, number])[];
  /** A call that this part must show, or its sentence is no longer true. */
  readonly shows: string;
  /** Steps that are like others before them are left out. */
  readonly isHidden?: true;
}

const parts: readonly Part[] = [
  {
    says: "The anchor ignores SIGUSR1, because it is in the group that will be signalled, and starts the daemon. The daemon lets the kernel reap its children, and opens the port.",
    turns: ["anchor", "daemon"],
    shows: "listen(listener)",
  },
  {
    says: "A client connects and shows its token. The daemon waits for all connections at once, reads no more than the token, hands the connection to a RECV, and closes its own copy.",
    turns: [["client[1]", 2], "daemon"],
    shows: "close(connection[1])",
  },
  {
    says: "RECV opens the log itself, so that the lock will exclude others, and starts SEND, which has SIGUSR1 blocked from its first instruction. SEND installs its handler, and only then joins the group of the multicast; only when it is in the group does it read. Then it waits: SIGUSR1 is unblocked inside that one call and nowhere else.",
    turns: ["RECV[1]", "SEND[1]"],
    shows: "setpgid(chat)",
  },
  {
    says: "A second client does the same; it sends nothing.",
    turns: ["client[2]", "daemon", "RECV[2]", "SEND[2]"],
    shows: "setpgid(chat)",
    isHidden: true,
  },
  {
    says: "Now the first client sends its line. Its RECV frames it, takes the exclusive lock, and signals the group *before* it appends.",
    turns: ["client[1]", ["RECV[1]", 4]],
    shows: "kill(-chat, SIGUSR1)",
  },
  {
    says: "A SEND that wakes now cannot look too early: its next call asks for the shared lock, and waits. Meanwhile RECV looks for half a line that a killed writer may have left at the end of the log, appends, and unlocks.",
    turns: ["SEND[1]", "RECV[1]"],
    shows: 'write(log, "a1\\n")',
  },
  {
    says: "Each SEND reads from its own offset to the end, gives the lock back, and only then writes to its client. The sender receives its own line, too.",
    turns: ["SEND[1]", "client[1]"],
    shows: 'write(socket, "a1\\n")',
  },
  {
    says: "The other SEND had the signal pending all the while; it need not hurry. When it has delivered, nothing can move any more.",
    turns: ["SEND[2]", "client[2]"],
    shows: 'write(socket, "a1\\n")',
  },
];

/** Two clients of which only the first sends a line. */
const oneMessage = (): Setting => {
  const setting = settingOf(papaya, defaultBounds);
  const clients = setting.clients.map((client, at) =>
    at === 0 ? client : { ...client, lines: [], segments: [client.token] },
  );
  return { ...setting, clients };
};

const play = (simulation: Simulation, { turns }: Part): void => {
  for (const turn of turns) {
    const [who, most] = typeof turn === "string" ? [turn, Number.POSITIVE_INFINITY] : turn;
    for (let left = most; left > 0; left--) {
      const [first] = simulation.callsOf(who as ProcessName);
      if (first === undefined) break;
      simulation.take(first);
    }
  }
};

const tell = (part: Part, header: string, lines: readonly string[], steps: readonly Action[]): string => {
  if (!steps.some(({ call }) => call === part.shows))
    throw new Error(`the part “${part.says}” no longer shows ${part.shows}: write it anew`);
  if (part.isHidden) return `${part.says} Its ${lines.length} steps are left out.`;
  return [part.says, "", "```text", header, ...lines, "```"].join("\n");
};

/** The run, in its parts. */
export const renderJourney = (): string => {
  const setting = oneMessage();
  const simulation = new Simulation(setting);
  const ends = parts.map((part) => {
    play(simulation, part);
    return simulation.steps.length;
  });
  if (simulation.transitions().length > 0) throw new Error("the journey does not end where nothing can move");
  const { steps } = replay(setting, [], simulation.steps);
  const [header = "", ...lines] = stripVTControlCharacters(showRun({ steps, properties: [] }))
    .split("\n")
    .map((line) => line.trimEnd());
  return parts
    .map((part, at) => {
      const [from, to] = [ends[at - 1] ?? 0, ends[at]];
      return tell(part, header, lines.slice(from, to), simulation.steps.slice(from, to));
    })
    .join("\n\n");
};
