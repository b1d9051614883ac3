/**
 * The log as a regular file. Its calls are never interrupted by a handler. A write holds the inode against other writes
 * and truncations, and its description's offset against read, write and lseek, but not against readers through another
 * description, who may see part of it (modelled as one intermediate step, after the first byte).
 */
import { type Bytes, ok, type ProcessName, type RequestFor, type Result } from "../../model/index.ts";
import { hasBudget, spendBudget } from "./budget.ts";
import { type File, fileCell, offsetCell } from "./cells.ts";
import { descriptionId, descriptionOf, openDescription } from "./descriptors.ts";
import { type Choice, fail, giving, type Kernel, movedBy, must, setMoved, update } from "./kernel.ts";

interface OpenFile {
  readonly id: string;
  readonly path: string;
  readonly access: "read" | "write";
  readonly append: boolean;
}

const openFile = (kernel: Kernel, process: ProcessName, fd: string): OpenFile => {
  const { object } = descriptionOf(kernel, process, fd);
  if (object.kind !== "file") return fail(kernel, process, `“${fd}” is no file`);
  return { id: descriptionId(kernel, process, fd), ...object };
};

/** The same for a call that changes the file. */
const openWritable = (kernel: Kernel, process: ProcessName, fd: string): OpenFile => {
  const file = openFile(kernel, process, fd);
  if (file.access === "write") return file;
  return fail(kernel, process, `“${fd}” was opened for reading only`);
};

const offsetOf = (kernel: Kernel, { id }: OpenFile): number => kernel.cells.get(offsetCell(id)) ?? 0;

const seek = (kernel: Kernel, { id }: OpenFile, offset: number): void =>
  kernel.cells.set(offsetCell(id), offset === 0 ? null : offset);

export const openChoices = (
  _: Kernel,
  process: ProcessName,
  request: RequestFor<"open">,
): readonly Choice[] => [
  {
    outcome: "ok",
    run: (kernel) => {
      const { path, access, append } = request;
      if (kernel.cells.get(fileCell(path)) === null)
        kernel.cells.set(fileCell(path), { content: "", writing: null });
      openDescription(kernel, process, request.as, { kind: "file", path, access, append });
      return ok();
    },
  },
];

const transferred = (bytes: Bytes, at: number): Result =>
  bytes === "" ? { type: "eof" } : { type: "data", bytes, at };

export const readFileChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"read"> | RequestFor<"pread">,
): readonly Choice[] => {
  const file = openFile(kernel, process, request.fd);
  const at = request.call === "pread" ? request.offset : offsetOf(kernel, file);
  if (at < 0) return fail(kernel, process, `pread at ${at}: EINVAL`);
  const { content, writing } = must(kernel, fileCell(file.path));
  if (request.call === "read" && writing?.description === file.id) return [];
  const bytes = content.slice(at, at + request.size);
  return [
    {
      run: (k) => {
        if (request.call === "read" && bytes !== "") seek(k, file, at + bytes.length);
        return transferred(bytes, at);
      },
    },
  ];
};

const put = (content: Bytes, at: number, bytes: Bytes): Bytes =>
  content.slice(0, at).padEnd(at, "\0") + bytes + content.slice(at + bytes.length);

export const writeFileChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"write">,
): readonly Choice[] => {
  const file = openWritable(kernel, process, request.fd);
  const { content, writing } = must(kernel, fileCell(file.path));
  if (writing !== null && writing.process !== process) return [];
  const { bytes } = request;
  if (bytes === "") return [{ run: () => ok() }]; // fills no gap, and moves no offset
  const moved = movedBy(kernel, process);
  const at = writing?.at ?? (file.append ? content.length : offsetOf(kernel, file));

  const transfer = (k: Kernel, upTo: number, done: boolean): void => {
    const change: Partial<File> = {
      content: put(content, at + moved, bytes.slice(moved, upTo)),
      writing: done ? null : { process, description: file.id, at },
    };
    update(k, fileCell(file.path), change);
    if (done) seek(k, file, at + upTo);
    setMoved(k, process, done ? 0 : upTo);
  };
  const whole: Choice = {
    outcome: String(bytes.length),
    run: (k) => {
      transfer(k, bytes.length, true);
      return { type: "ok", value: bytes.length, name: "", at };
    },
  };
  if (moved > 0) return [whole];
  const { room } = kernel.setting;
  if (room !== undefined && content.length + bytes.length > room)
    return [{ run: () => ({ type: "ENOSPC" }) }];

  const choices = [whole];
  if (bytes.length > 1 && kernel.setting.protocol.tornWrites)
    choices.push({
      outcome: "1 so far",
      run: (k) => {
        transfer(k, 1, false);
        k.emit({ type: "progress", process, request, bytes: bytes.slice(0, 1), at });
        return null;
      },
    });
  if (bytes.length > 1 && hasBudget(kernel, "short-write"))
    choices.push({
      outcome: "1 short",
      run: (k) => {
        spendBudget(k, "short-write");
        transfer(k, 1, true);
        return { type: "short", value: 1, at };
      },
    });
  if (hasBudget(kernel, "disk-full"))
    choices.push({
      outcome: "ENOSPC",
      run: (k) => {
        spendBudget(k, "disk-full");
        return { type: "ENOSPC" };
      },
    });
  return choices;
};

export const lseekChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"lseek">,
): readonly Choice[] => {
  const file = openFile(kernel, process, request.fd);
  const { content, writing } = must(kernel, fileCell(file.path));
  if (writing?.description === file.id) return [];
  const bases = { SET: () => 0, CUR: () => offsetOf(kernel, file), END: () => content.length };
  const offset = bases[request.whence]() + request.offset;
  if (offset < 0) return fail(kernel, process, `lseek to ${offset}: EINVAL`);
  return [{ run: giving(ok(offset), (k) => seek(k, file, offset)) }];
};

export const fstatChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"fstat">,
): readonly Choice[] => {
  const { path } = openFile(kernel, process, request.fd);
  const size = must(kernel, fileCell(path)).content.length;
  return [{ run: () => ok(size) }];
};

export const ftruncateChoices = (
  kernel: Kernel,
  process: ProcessName,
  request: RequestFor<"ftruncate">,
): readonly Choice[] => {
  const { path } = openWritable(kernel, process, request.fd);
  if (request.size < 0) return fail(kernel, process, `ftruncate to ${request.size}: EINVAL`);
  const { content, writing } = must(kernel, fileCell(path));
  if (writing !== null) return [];
  const cut = content.slice(0, request.size).padEnd(request.size, "\0");
  return [{ run: giving(ok(), (k) => update(k, fileCell(path), { content: cut })) }];
};

/** A process that dies in the middle of a write leaves what it has written, and the inode. */
export const abandonWrite = (kernel: Kernel, process: ProcessName, path: string): void => {
  const file = kernel.cells.get(fileCell(path));
  if (file?.writing?.process === process) kernel.cells.set(fileCell(path), { ...file, writing: null });
};
