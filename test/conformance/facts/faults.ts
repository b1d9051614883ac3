/** Faults of the environment: each may hit at any moment, and at most as often as its budget says. */
import {
  connect,
  exit,
  flock,
  ignore,
  kill,
  killpg,
  listen,
  open,
  read,
  script,
  sigaction,
  spawn,
  the,
  write,
} from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

const openLog = open("log", "log", { access: "write", append: true });
const openPort = listen("listener");
const hear = read("line", 1);

/** What A and B look like when A signals B, and either may be stopped at any moment. */
const signalled = (signal: "SIGTERM" | "SIGKILL") => ({
  A: script(spawn("B", { lifeline: "line" }), hear, kill(the("B"), signal)),
  B: script(write("line", "x")),
});

export const faultFacts: readonly Fact[] = [
  fact(
    "a crash hits a process at any moment, like SIGKILL, and no more often than it may",
    { A: script(spawn("B"), spawn("C")), B: script(), C: script(exit()) },
    {
      bounds: { faults: { crash: 1 } },
      tells: ["spawn"],
      outcomes: [
        "A: B, C",
        "A: B, C, crash, dies of SIGKILL",
        "A: B, C; B: crash, dies of SIGKILL",
        "A: B, C; C: crash, dies of SIGKILL",
        "A: B, crash, dies of SIGKILL",
        "A: crash, dies of SIGKILL",
      ],
    },
  ),
  fact(
    "a crash hits neither clients nor zombies",
    { A: script(openPort, spawn("B", { lifeline: "line" }), hear), B: script(exit()) },
    {
      client: script(connect("socket")),
      bounds: { faults: { crash: 1 } },
      tells: ["exit", "connect"],
      outcomes: [
        "B: exits; client[1]: ok",
        "A: crash, dies of SIGKILL; client[1]: waits in connect",
        "A: crash, dies of SIGKILL; client[1]: ok",
        "A: crash, dies of SIGKILL; client[1]: ECONNREFUSED",
        "A: crash, dies of SIGKILL; B: exits; client[1]: ok",
        "A: crash, dies of SIGKILL; B: exits; client[1]: ECONNREFUSED",
        "B: crash, dies of SIGKILL; client[1]: ok",
      ],
    },
  ),
  fact(
    "without a budget there is no fault",
    { A: script(spawn("B")), B: script() },
    { bounds: { faults: { crash: 0 } }, tells: ["spawn"], outcomes: ["A: B"] },
  ),
  fact(
    "[21] a stopped process keeps its lock",
    { A: script(openLog, flock("log", "EX"), spawn("B")), B: script(openLog, flock("log", "SH")) },
    {
      bounds: { faults: { stop: 1 } },
      tells: ["flock"],
      outcomes: [
        "A: stop",
        "A: ok, stop",
        "A: ok, stop; B: waits in flock",
        "A: ok; B: stop",
        "A: ok; B: waits in flock",
      ],
    },
  ),
  fact(
    "[21] a listening socket of a stopped process still completes connections",
    { A: script(openPort) },
    {
      client: script(connect("socket")),
      bounds: { faults: { stop: 1 } },
      tells: ["connect"],
      outcomes: ["client[1]: ok", "A: stop; client[1]: ok", "A: stop; client[1]: waits in connect"],
    },
  ),
  fact(
    "a process that has been stopped and continued goes on where it was",
    { A: script(spawn("B", { lifeline: "line" }), hear), B: script(write("line", "x")) },
    {
      bounds: { faults: { stop: 1, cont: 1 } },
      tells: ["read"],
      outcomes: [
        'A: "x"',
        "A: stop",
        'A: "x", stop',
        'A: "x"; B: stop',
        "A: waits in read; B: stop",
        'A: stop, cont, "x"',
        'A: "x", stop, cont',
        'A: "x"; B: stop, cont',
      ],
    },
  ),
  fact("[21] signals to a stopped process wait until it is continued", signalled("SIGTERM"), {
    bounds: { faults: { stop: 1 } },
    tells: [],
    outcomes: [
      "B: dies of SIGTERM",
      "A: stop",
      "A: stop; B: dies of SIGTERM",
      "A: waits in read; B: stop",
      "B: stop",
    ],
  }),
  fact("[21] SIGKILL kills a stopped process at once", signalled("SIGKILL"), {
    bounds: { faults: { stop: 1 } },
    tells: [],
    outcomes: [
      "B: dies of SIGKILL",
      "A: stop",
      "A: stop; B: dies of SIGKILL",
      "A: waits in read; B: stop",
      "B: stop, dies of SIGKILL",
    ],
  }),
  fact(
    "a daemon that is restarted from another terminal is in a session and a group of its own",
    { daemon: script(sigaction("SIGUSR1", ignore), killpg("daemon", "SIGUSR1"), openPort) },
    {
      bounds: { faults: { "daemon-restart": 1 } },
      tells: ["killpg", "listen"],
      outcomes: [
        "daemon: ok, ok",
        "daemon: daemon-restart, dies of SIGKILL; daemon[2]: ESRCH, ok",
        "daemon: ok, daemon-restart, dies of SIGKILL; daemon[2]: ESRCH, ok",
        "daemon: ok, ok, daemon-restart, dies of SIGKILL; daemon[2]: ESRCH, ok",
      ],
    },
  ),
];
