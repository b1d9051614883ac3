/** Which outcomes a call has now; none means that it blocks. One line a call, the rest is in the file it points to. */
import { type CallName, ok, type ProcessName, type Request, type RequestFor } from "../../model/index.ts";
import { closeDescriptor } from "./closing.ts";
import { descriptionOf } from "./descriptors.ts";
import {
  fstatChoices,
  ftruncateChoices,
  lseekChoices,
  openChoices,
  readFileChoices,
  writeFileChoices,
} from "./files.ts";
import { type Choice, fail, giving, type Kernel } from "./kernel.ts";
import { killChoices, killpgChoices, sigactionChoices, sigprocmaskChoices, wakingChoices } from "./kill.ts";
import { flockChoices } from "./locks.ts";
import { die, forkChoices, setpgidChoices, spawnChoices, waitpidChoices } from "./processes.ts";
import {
  acceptChoices,
  connectChoices,
  isReadable,
  isWritable,
  listenChoices,
  readSocketChoices,
  writeSocketChoices,
} from "./sockets.ts";

/** How a call's outcomes are found. A table and no match, since it is asked more often than anything else. */
type Finding<C extends CallName> = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<C>,
) => readonly Choice[];

const readChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"read">,
): readonly Choice[] => {
  const { object } = descriptionOf(kernel, process, request.fd);
  if (object.kind === "file") return readFileChoices(kernel, process, request);
  if (object.kind === "socket") return readSocketChoices(kernel, request, object);
  return fail(kernel, process, `“${request.fd}” listens, it cannot be read`);
};

const writeChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"write">,
): readonly Choice[] => {
  const { object } = descriptionOf(kernel, process, request.fd);
  if (object.kind === "file") return writeFileChoices(kernel, process, request);
  if (object.kind === "socket") return writeSocketChoices(kernel, process, request, object);
  return fail(kernel, process, `“${request.fd}” listens, it cannot be written to`);
};

/** ppoll(2) as Linux does it: what is ready comes before a pending signal; which of several to serve is a choice. */
const pollChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"poll">,
): readonly Choice[] => {
  const readable = request.input.filter((fd) => isReadable(kernel, descriptionOf(kernel, process, fd)));
  const writable = request.room.filter((fd) => isWritable(kernel, descriptionOf(kernel, process, fd)));
  const ready: Choice[] = [
    ...readable.map((name) => ({ run: () => ({ type: "readable", name }) as const })),
    ...writable.map((name) => ({ run: () => ({ type: "writable", name }) as const })),
  ];
  if (ready.length > 0) return ready;
  const waking = wakingChoices(kernel, process, request.unblock);
  if (waking.length > 0) return waking;
  return request.timeout.map((name) => ({
    timer: name,
    run: () => ({ type: "timeout", name }) as const,
  }));
};

const findings: { readonly [C in CallName]: Finding<C> } = {
  open: openChoices,
  close: (_, process, { fd }) => [{ run: giving(ok(), (kernel) => closeDescriptor(kernel, process, fd)) }],
  listen: listenChoices,
  accept: acceptChoices,
  connect: connectChoices,
  read: readChoices,
  pread: readFileChoices,
  write: writeChoices,
  lseek: lseekChoices,
  fstat: fstatChoices,
  ftruncate: ftruncateChoices,
  flock: flockChoices,
  kill: killChoices,
  killpg: killpgChoices,
  sigaction: sigactionChoices,
  sigprocmask: sigprocmaskChoices,
  pause: () => [],
  sigsuspend: (kernel, process, { unblock }) => wakingChoices(kernel, process, unblock),
  poll: pollChoices,
  setpgid: setpgidChoices,
  fork: forkChoices,
  spawn: spawnChoices,
  waitpid: waitpidChoices,
  exit: (_, process) => [{ run: giving(null, (kernel) => die(kernel, process, null)) }],
};

export const callChoices = (kernel: Kernel, process: ProcessName, request: Request): readonly Choice[] =>
  (findings[request.call] as Finding<CallName>)(kernel, process, request);
