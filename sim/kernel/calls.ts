/** Which outcomes a call has now; none means that it blocks. One line a call, the rest is in the file it points to. */
import { match } from "ts-pattern";
import { ok, type ProcessName, type Request, type RequestFor } from "../../model/index.ts";
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

export const callChoices = (kernel: Kernel, process: ProcessName, request: Request): readonly Choice[] =>
  match(request)
    .with({ call: "open" }, (r) => openChoices(kernel, process, r))
    .with({ call: "close" }, (r) => [{ run: giving(ok(), (k: Kernel) => closeDescriptor(k, process, r.fd)) }])
    .with({ call: "listen" }, (r) => listenChoices(kernel, process, r))
    .with({ call: "accept" }, (r) => acceptChoices(kernel, process, r))
    .with({ call: "connect" }, (r) => connectChoices(kernel, process, r))
    .with({ call: "read" }, (r) => readChoices(kernel, process, r))
    .with({ call: "pread" }, (r) => readFileChoices(kernel, process, r))
    .with({ call: "write" }, (r) => writeChoices(kernel, process, r))
    .with({ call: "lseek" }, (r) => lseekChoices(kernel, process, r))
    .with({ call: "fstat" }, (r) => fstatChoices(kernel, process, r))
    .with({ call: "ftruncate" }, (r) => ftruncateChoices(kernel, process, r))
    .with({ call: "flock" }, (r) => flockChoices(kernel, process, r))
    .with({ call: "kill" }, (r) => killChoices(kernel, process, r))
    .with({ call: "killpg" }, (r) => killpgChoices(kernel, process, r))
    .with({ call: "sigaction" }, (r) => sigactionChoices(kernel, process, r))
    .with({ call: "sigprocmask" }, (r) => sigprocmaskChoices(kernel, process, r))
    .with({ call: "pause" }, () => [])
    .with({ call: "sigsuspend" }, (r) => wakingChoices(kernel, process, r.unblock))
    .with({ call: "poll" }, (r) => pollChoices(kernel, process, r))
    .with({ call: "setpgid" }, (r) => setpgidChoices(kernel, process, r))
    .with({ call: "fork" }, (r) => forkChoices(kernel, process, r))
    .with({ call: "spawn" }, (r) => spawnChoices(kernel, process, r))
    .with({ call: "waitpid" }, () => waitpidChoices(kernel, process))
    .with({ call: "exit" }, () => [{ run: giving(null, (k: Kernel) => die(k, process, null)) }])
    .exhaustive();

const readChoices = (kernel: Kernel, process: ProcessName, request: RequestFor<"read">): readonly Choice[] =>
  match(descriptionOf(kernel, process, request.fd).object)
    .with({ kind: "file" }, () => readFileChoices(kernel, process, request))
    .with({ kind: "socket" }, (socket) => readSocketChoices(kernel, request, socket))
    .with({ kind: "listener" }, () => fail(kernel, process, `“${request.fd}” listens, it cannot be read`))
    .exhaustive();

const writeChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"write">,
): readonly Choice[] =>
  match(descriptionOf(kernel, process, request.fd).object)
    .with({ kind: "file" }, () => writeFileChoices(kernel, process, request))
    .with({ kind: "socket" }, (socket) => writeSocketChoices(kernel, process, request, socket))
    .with({ kind: "listener" }, () =>
      fail(kernel, process, `“${request.fd}” listens, it cannot be written to`),
    )
    .exhaustive();

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
