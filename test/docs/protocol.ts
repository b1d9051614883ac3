/**
 * The page docs/protocol.md, made from the machines themselves, so that it cannot say anything else than they do.
 *
 * - `edges`        a machine's calls and edges as text
 * - `tables`       tables and diagrams
 * - `start`        who starts whom, with what
 * - `difference`   what a variant changes
 * - `journey`      one message's way, simulated
 */
import { describeBounds } from "../../cli/report.ts";
import { machineFor, type Protocol } from "../../model/index.ts";
import { papaya, protocols, published } from "../../model/protocols/index.ts";
import { changedParameters, differenceTable, ownRoles } from "./difference.ts";
import { renderJourney } from "./journey.ts";
import { startTable } from "./start.ts";
import { code, diagram, machineTable, objectTable } from "./tables.ts";

const intro = `# The protocol

This page is generated from the machines in \`model/\`; \`npx vitest run test/docs -u\` writes it anew. Each state of a process
machine names the one call that the process is about to make, and the call's result is the event that leads to the next
state. In a call, ‹name› is a value that the machine keeps in its context, or a parameter. Where a result has several
edges they are tried in their order; a condition stands after “if”. A state marked *critical* touches the log's contents.
The diagrams leave out the edges that every state has, and the conditions that have no name.`;

const roles: Readonly<Record<string, string>> = {
  anchor:
    "Holds the session and the group of the multicast; starts the daemon, and starts it again. `model/anchor.ts`",
  daemon: "Listens, authenticates, starts a cluster for each client, and forgets it. `model/daemon.ts`",
  RECV: "Takes whole lines from its client, appends them under the exclusive lock, wakes every SEND. `model/recv.ts`",
  SEND: "Reads what is new under the shared lock, and writes it to its client outside the lock. `model/send.ts`",
  client: "Connects, sends its token and its lines, and receives. No protocol starts it. `model/client.ts`",
};

const machineSection = (protocol: Protocol, role: string, says: string): string => {
  const machine = machineFor(protocol, role);
  if (machine === undefined) throw new Error(`${protocol.id} has no machine for ${role}`);
  return [`### ${role}`, says, machineTable(machine), diagram(machine)].join("\n\n");
};

const startSection = (protocol: Protocol): string =>
  `${startTable(protocol)}

A process that is spawned keeps what its parent ignores and blocks, and has no handlers; one that is forked keeps the
handlers, too. Nothing is pending in either.`;

const objects = (protocol: Protocol): string =>
  [
    "### The lock",
    "flock on the log, one machine for the file. Who holds it, by open file description, stands in its context, and may change where the state stays. An event that a state does not name changes nothing: whoever asked waits. `cancel` (a waiting call was interrupted) changes nothing in any state. `model/lock.ts`",
    objectTable(protocol.lock),
    diagram(protocol.lock),
    "### A signal",
    "One machine for each signal of each process; the kernel reads the tags. `model/signal.ts`",
    objectTable(protocol.signal),
    diagram(protocol.signal),
  ].join("\n\n");

const clientsStart =
  "The clients are there at the start, too, in a group and a session of their own, with no descriptor.";

const papayaSection = (): string =>
  [
    "## papaya",
    papaya.says,
    startSection(papaya),
    clientsStart,
    ...Object.keys(papaya.machines).map((role) => machineSection(papaya, role, roles[role] ?? "")),
    machineSection(papaya, "client", roles.client ?? ""),
    objects(papaya),
  ].join("\n\n");

const expectation = ({ breaks, bounds }: Protocol): string =>
  breaks.length === 0
    ? `Breaks nothing within ${describeBounds(bounds)}.`
    : `Breaks ${breaks.join(", ")} within ${describeBounds(bounds)}.`;

const parameterText = (protocol: Protocol): string[] => {
  const changed = changedParameters(protocol, papaya);
  return changed.length === 0 ? [] : [`Sizes that differ: ${changed.join(", ")}.`];
};

const publishedSection = (): string =>
  [
    "## published",
    published.says,
    `${expectation(published)} Client, lock and signals are those of \`papaya\`; the machines of the server are its own.`,
    ...parameterText(published),
    startSection(published),
    ...ownRoles(published, papaya).map((role) =>
      machineSection(
        published,
        role,
        `The published ${role}: \`model/protocols/published/${role.toLowerCase()}.ts\``,
      )
        // Headings must differ from those of papaya, or a link would lead to the wrong one.
        .replace(`### ${role}`, `### The published ${role}`),
    ),
  ].join("\n\n");

const variantSection = (protocol: Protocol): string => {
  const own = ownRoles(protocol, papaya);
  if (own.length > 0)
    throw new Error(`${protocol.id} has machines of its own, which this page does not show: ${own}`);
  const changes = differenceTable(protocol, papaya);
  if (changes === "") throw new Error(`${protocol.id} changes no machine of papaya; say what it changes`);
  return [
    `### ${code(protocol.id)}`,
    protocol.says,
    expectation(protocol),
    ...parameterText(protocol),
    changes,
  ].join("\n\n");
};

const variantsSection = (): string =>
  [
    "## Variants",
    "Each is `papaya` with one change. The tables show what a comparison of the machines finds; all else is as above.",
    ...protocols.filter(({ id }) => id !== "papaya" && id !== "published").map(variantSection),
  ].join("\n\n");

const journeySection = (): string =>
  [
    "## One message's journey",
    "A simulated run of `papaya` with two clients, in an order that shows what matters. The last column says who holds the lock, by open file description. A call in which a process still waits is no step yet.",
    renderJourney(),
  ].join("\n\n");

/** The whole page. */
export const renderProtocolPage = (): string =>
  `${[intro, papayaSection(), publishedSection(), variantsSection(), journeySection()].join("\n\n")}\n`;
