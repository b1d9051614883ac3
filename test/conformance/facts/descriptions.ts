/** Descriptors and the open file descriptions behind them. */
import { close, exit, fork, lseek, open, read, script, spawn, waitpid, write } from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

const openLog = open("log", "log", { access: "read" });
const inherited = { descriptors: { log: "log" } };
/** What the log holds at the start: `_1\n`. */
const bounds = { stored: 1 };
const tells = ["read"] as const;

export const descriptionFacts: readonly Fact[] = [
  fact(
    "[1] a descriptor handed on at spawn shares its offset: what one process reads is passed over by the other",
    {
      A: script(openLog, read("log", 1), spawn("B", inherited), waitpid(), read("log", 9)),
      B: script(read("log", 1), exit()),
    },
    { bounds, tells, outcomes: ['A: "_", "\\n"; B: "1"'] },
  ),
  fact(
    "[12] fork hands on every descriptor, and shares the offset",
    {
      A: script(openLog, read("log", 1), fork("B"), waitpid(), read("log", 9)),
      B: script(read("log", 1), exit()),
    },
    { bounds, tells, outcomes: ['A: "_", "\\n"; B: "1"'] },
  ),
  fact(
    "a second open has an offset of its own",
    { A: script(openLog, read("log", 9), spawn("B")), B: script(openLog, read("log", 9)) },
    { bounds, tells, outcomes: ['A: "_1\\n"; B: "_1\\n"'] },
  ),
  fact(
    "a description lives until its last descriptor is closed",
    {
      A: script(
        openLog,
        read("log", 1),
        spawn("B", { ...inherited, lifeline: "line" }),
        close("log"),
        write("line", "x"),
      ),
      B: script(read("line", 1), read("log", 9)),
    },
    { bounds, tells, outcomes: ['A: "_"; B: "x", "1\\n"'] },
  ),
  fact(
    "a descriptor can be opened anew under its old name while its old description lives on elsewhere",
    {
      A: script(openLog, spawn("B", inherited), close("log"), openLog, read("log", 1), waitpid()),
      B: script(read("log", 9), exit()),
    },
    { bounds, tells, outcomes: ['A: "_"; B: "_1\\n"'] },
  ),
  fact(
    "a child may know its parent's descriptor under another name",
    { A: script(openLog, spawn("B", { descriptors: { history: "log" } })), B: script(read("history", 9)) },
    { bounds, tells, outcomes: ['B: "_1\\n"'] },
  ),
  fact(
    "lseek counts from the start, the offset or the end, and returns the new offset",
    {
      A: script(
        openLog,
        lseek("log", 2, "SET"),
        lseek("log", -1, "CUR"),
        read("log", 1),
        lseek("log", 1, "END"),
        read("log", 1),
      ),
    },
    { bounds, tells: ["lseek", "read"], outcomes: ['A: 2, 1, "1", 4, end'] },
  ),
];
