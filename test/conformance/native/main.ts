/** One experiment, in a process that can fork: prints as JSON what was seen. Its arguments are its name, and a directory. */
import { becomeForkable } from "../../../real/forkable.ts";
import { endAll } from "./family.ts";
import { experiments } from "./index.ts";

const [name = "", directory = ""] = process.argv.slice(2);
const experiment = experiments[name];
if (experiment === undefined) throw new Error(`there is no experiment ${name}`);
becomeForkable();
try {
  process.stdout.write(JSON.stringify(experiment.observe(directory)));
} finally {
  endAll();
}
