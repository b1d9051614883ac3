/** `papaya list`: what there is. */
import type { Command } from "commander";
import type { Protocol } from "../model/index.ts";
import { protocols } from "../model/protocols/index.ts";
import { properties } from "../properties/index.ts";
import { colors, columns, say } from "./output.ts";
import { describeBounds } from "./report.ts";
import { processesHere } from "./steering.ts";

/** Where a protocol can be replayed. */
const placesOf = (protocol: Protocol, obstacleTo: (protocol: Protocol) => string | null): string => {
  const obstacle = obstacleTo(protocol);
  return obstacle === null ? "model, processes" : `model only: ${obstacle}`;
};

const list = async (): Promise<void> => {
  const { obstacleTo } = await processesHere();
  say(colors.bold("protocols"));
  say(
    columns(
      protocols.map((protocol) => [
        `  ${protocol.id}`,
        protocol.breaks.length > 0 ? `breaks ${protocol.breaks.join(" ")}` : "holds",
        describeBounds(protocol.bounds),
        placesOf(protocol, obstacleTo),
        protocol.says,
      ]),
    ),
  );
  say();
  say(colors.bold("properties"));
  say(columns(properties.map(({ id, name, kind, says }) => [`  ${id}`, name, kind, says])));
};

export const addList = (program: Command): void => {
  program
    .command("list")
    .description(
      "name the shipped protocols (what breaks within which bounds, where they can be replayed) and the properties",
    )
    .addHelpText("after", "\nExamples:\n  papaya list")
    .action(list);
};
