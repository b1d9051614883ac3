/**
 * What the system is. Knows xstate and ts-pattern, and no kernel.
 *
 * - `syscall`   requests and results: the vocabulary of every machine
 * - `call`      templates: how a state names its call as data
 * - `machine` `flat`   a process as an xstate machine; `advance`, `requestOf`; transitions that need no interpreter
 * - `datum`     plain data, and when two of them are the same
 * - `fields`    the keys of each call and what they may be
 * - `edit`      machines made of other machines; `withStates`, `withCall`, `withEdges`, `withoutState`
 * - `inspect` `shape` `results`   what is wrong with a protocol; which results a call may give
 * - `name`      names of processes and connections
 * - `needs`     what a machine can be seen to need without running it
 * - `line`      what a line is, and which lines are refused
 * - `daemon` `recv` `send` `client` `anchor`   the machines of `papaya`, one a file
 * - `lock` `signal`   the two kernel objects that are machines too
 * - `protocol` `setting`   a protocol as a value; the same under bounds, spelt out
 * - `trace` `show`   what happened, and how it reads
 * - `observation`   what a kernel says of its processes, for comparing two of them
 * - `history`   what can be seen from outside: what clients did and saw
 * - `property` `verdict`   what must hold, said over traces; what became of it
 * - `progress` `fairness`   what must come about in the end, and on which runs
 * - `endless`   a protocol among clients that never stop coming and writing
 * - `script` `program` `program-file`   processes that make a list of calls; several of them as data; read from a JSON file
 * - `schedule` `schedule-file`   the choices of a run; read from a text file
 * - `public`    what files of one's own may use
 * - `protocols/`   papaya, published, and one file a variant
 */
export * from "./call.ts";
export * from "./datum.ts";
export * from "./edit.ts";
export * from "./endless.ts";
export * from "./fairness.ts";
export * from "./history.ts";
export * from "./inspect.ts";
export * from "./line.ts";
export * from "./lock.ts";
export * from "./machine.ts";
export * from "./name.ts";
export * from "./needs.ts";
export * from "./observation.ts";
export * from "./program.ts";
export * from "./program-file.ts";
export * from "./progress.ts";
export * from "./property.ts";
export * from "./protocol.ts";
export * from "./results.ts";
export * from "./schedule.ts";
export * from "./schedule-file.ts";
export * from "./script.ts";
export * from "./setting.ts";
export * from "./show.ts";
export * from "./signal.ts";
export * from "./syscall.ts";
export * from "./trace.ts";
export * from "./verdict.ts";
