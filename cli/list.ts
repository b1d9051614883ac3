/** `papaya list`: what there is. */
import type { Command } from "commander";
import { protocols } from "../model/protocols/index.ts";
import { properties } from "../properties/index.ts";
import { colors, columns, say } from "./output.ts";
import { describeBounds } from "./report.ts";

const list = (): void => {
  say(colors.bold("protocols"));
  say(
    columns(
      protocols.map(({ id, says, breaks, bounds }) => [
        `  ${id}`,
        breaks.length > 0 ? `breaks ${breaks.join(" ")}` : "holds",
        describeBounds(bounds),
        says,
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
    .description("name the shipped protocols (with what breaks within which bounds) and the properties")
    .addHelpText("after", "\nExamples:\n  papaya list")
    .action(list);
};
