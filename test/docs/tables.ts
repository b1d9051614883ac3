/** Machines as Markdown tables and as Mermaid diagrams. */
import { criticalOf, type ProcessMachine } from "../../model/index.ts";
import { callOf, type Edge, edgesOf, initialOf, sharedEdges } from "./edges.ts";

/** Inline code that may stand in a table. */
export const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;

export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const guardText = ({ guard }: Edge, isLast: boolean): string => {
  if (guard !== "") return ` if ${code(guard)}`;
  return isLast ? " otherwise" : "";
};

/** Edges of one event, in the order in which they are tried: `data` if … → … */
const linesOf = (edges: readonly Edge[]): readonly (readonly [how: string, where: string])[] =>
  edges.map((edge) => [guardText(edge, edges.length > 1), edge.target === "" ? "stays" : code(edge.target)]);

/** Events in their order, those with the same edges together. */
export const edgeLines = (edges: readonly Edge[]): string[] => {
  const events = [...new Set(edges.map(({ event }) => event))];
  const byText = new Map<string, { events: string[]; lines: ReturnType<typeof linesOf> }>();
  for (const event of events) {
    const lines = linesOf(edges.filter((edge) => edge.event === event));
    const known = byText.get(JSON.stringify(lines));
    if (known === undefined) byText.set(JSON.stringify(lines), { events: [event], lines });
    else known.events.push(event);
  }
  return [...byText.values()].flatMap(({ events: names, lines }) =>
    lines.map(([how, where]) => `${names.map(code).join(", ")}${how} → ${where}`),
  );
};

/** State, call, and where each result leads. */
export const machineTable = (machine: ProcessMachine): string => {
  const rows = Object.keys(machine.states).map((state) => {
    const critical = criticalOf(machine, state);
    const first = state === initialOf(machine) ? " (initial)" : "";
    const mark = critical === null ? "" : `, critical: ${critical}`;
    const edges = edgesOf(machine, state);
    return [
      `${code(state)}${first}${mark}`,
      code(callOf(machine, state)),
      edges.length === 0 ? "the process ends" : edgeLines(edges).join("<br>"),
    ];
  });
  const shared = edgeLines(sharedEdges(machine));
  const everywhere = shared.length === 0 ? "" : `\n\nIn every state: ${shared.join("; ")}.`;
  return table(["state", "call", "result → next state"], rows) + everywhere;
};

/** The same for an object of the kernel, whose states name no calls but carry tags. */
export const objectTable = (machine: ProcessMachine): string => {
  const rows = Object.values(machine.states).map(({ key, tags }) => [
    `${code(key)}${key === initialOf(machine) ? " (initial)" : ""}`,
    tags.map(code).join(", ") || "–",
    edgeLines(edgesOf(machine, key)).join("<br>") || "–",
  ]);
  const hasTags = Object.values(machine.states).some(({ tags }) => tags.length > 0);
  return hasTags
    ? table(["state", "tags", "event → next state"], rows)
    : table(
        ["state", "event → next state"],
        rows.map(([state = "", , edges = ""]) => [state, edges]),
      );
};

/** Mermaid ends a label at a colon or a semicolon, and a guard's condition may have either: only names are shown. */
const labelOf = ({ event, guard, isNamed }: Edge): string => (isNamed ? `${event} (${guard})` : event);

/** A Mermaid stateDiagram-v2; edges between the same two states are one arrow. */
export const diagram = (machine: ProcessMachine): string => {
  const arrows = Object.keys(machine.states).flatMap((state) => {
    const edges = edgesOf(machine, state);
    const targets = [...new Set(edges.map(({ target }) => target || state))];
    return targets.map((target) => {
      const labels = edges.filter((edge) => (edge.target || state) === target).map(labelOf);
      return `    ${state} --> ${target}: ${[...new Set(labels)].join(", ")}`;
    });
  });
  const ends = Object.keys(machine.states)
    .filter((state) => edgesOf(machine, state).length === 0)
    .map((state) => `    ${state} --> [*]`);
  const lines = ["stateDiagram-v2", `    [*] --> ${initialOf(machine)}`, ...arrows, ...ends];
  return ["```mermaid", ...lines, "```"].join("\n");
};
