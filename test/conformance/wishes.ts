/** Calls as they are drawn: each is a wish, and becomes a call where its place has what it takes. */
import fc from "fast-check";
import {
  close,
  exit,
  flock,
  fstat,
  ftruncate,
  handler,
  ignore,
  lseek,
  open,
  pause,
  pread,
  read,
  setpgid,
  sigaction,
  sigprocmask,
  type Template,
  waitpid,
  write,
} from "../../model/index.ts";
import { type Descriptor, descriptorsOf } from "./place.ts";
import { fewSignals, signals } from "./signal-wishes.ts";
import { nth, type Wish } from "./wish.ts";

/** A wish that takes one of the descriptors of a kind. */
const on =
  (fits: (descriptor: Descriptor) => boolean, call: (fd: string) => Template) =>
  (at: number): Wish =>
  (place) => {
    const fd = nth(descriptorsOf(place, fits), at);
    return fd === undefined ? null : call(fd);
  };
const isFile = ({ kind }: Descriptor) => kind === "file";
const isWritable = ({ kind, access }: Descriptor) => kind === "file" && access === "write";
const isSocket = ({ kind }: Descriptor) => kind === "socket";
const isAny = () => true;

const fd = fc.nat(2);
const small = fc.nat(4);
const names = ["log", "again", "third"];

const opens = fc.tuple(fc.nat(3), fc.boolean()).map(
  ([access, append]): Wish =>
    (place) => {
      const name = names.find((one) => !(one in place.descriptors));
      return name === undefined
        ? null
        : open("log", name, { access: access === 3 ? "read" : "write", append });
    },
);
const closes = fd.map((at) => on(isAny, (name) => close(name))(at));
const locks = fc
  .tuple(fd, fc.constantFrom("EX", "SH", "UN"), fc.boolean())
  .map(([at, mode, nonblock]) =>
    on(isFile, (name) => flock(name, mode, { nonblock: nonblock && mode !== "UN" }))(at),
  );
const fileBytes = fc.constantFrom("a\n", "bc\n", "d");
const writes = fc.tuple(fd, fileBytes).map(([at, bytes]) => on(isWritable, (name) => write(name, bytes))(at));
const reads = fc.tuple(fd, small).map(([at, size]) => on(isFile, (name) => read(name, size + 1))(at));
const preads = fc
  .tuple(fd, small, small)
  .map(([at, size, offset]) => on(isFile, (name) => pread(name, size + 1, offset))(at));
const seeks = fc
  .tuple(fd, small, fc.constantFrom("SET", "CUR", "END"))
  .map(([at, offset, whence]) => on(isFile, (name) => lseek(name, offset, whence))(at));
const truncates = fc
  .tuple(fd, small)
  .map(([at, size]) => on(isWritable, (name) => ftruncate(name, size))(at));
const stats = fd.map((at) => on(isFile, (name) => fstat(name))(at));
const says = fc
  .tuple(fd, fc.constantFrom("x", "yz"), fc.boolean())
  .map(([at, bytes, nonblock]) => on(isSocket, (name) => write(name, bytes, { nonblock }))(at));
const hears = fc.tuple(fd, fc.nat(1)).map(([at, size]) => on(isSocket, (name) => read(name, size + 1))(at));

const joins = fc.nat(2).map(
  (which): Wish =>
    ({ groups }) => {
      const group = nth(groups, which);
      return group === undefined ? null : setpgid(group);
    },
);
const always = (call: Template) => fc.constant<Wish>(() => call);
const waits = always(waitpid());

const weighted = (weight: number, arbitrary: fc.Arbitrary<Wish>) => ({ weight, arbitrary });

/** A bit of everything. */
const mixed: fc.Arbitrary<Wish> = fc.oneof(
  ...[weighted(6, opens), weighted(3, closes), weighted(12, locks), weighted(4, writes), weighted(3, reads)],
  ...[weighted(2, preads), weighted(2, seeks), weighted(2, truncates), weighted(1, stats)],
  ...[weighted(4, says), weighted(4, hears), weighted(7, signals.kills), weighted(2, signals.killsGroup)],
  ...[weighted(6, signals.catches), weighted(4, signals.masks), weighted(1, always(pause()))],
  ...[weighted(2, signals.suspends), weighted(2, signals.polls)],
  ...[weighted(2, joins), weighted(5, waits), weighted(2, always(exit()))],
);

/** Mostly two signals: whoever starts the others sends them … */
const signalling: fc.Arbitrary<Wish> = fc.oneof(
  ...[weighted(2, opens), weighted(4, locks), weighted(1, hears), weighted(1, says), weighted(1, waits)],
  ...[weighted(16, fewSignals.kills), weighted(1, fewSignals.killsGroup), weighted(1, fewSignals.catches)],
);

/** … and they block them, wait for them, or are interrupted by them. */
const signalled: fc.Arbitrary<Wish> = fc.oneof(
  ...[weighted(2, opens), weighted(8, locks), weighted(5, hears), weighted(1, says), weighted(5, waits)],
  ...[weighted(3, fewSignals.kills), weighted(3, fewSignals.catches), weighted(9, fewSignals.masks)],
  ...[weighted(1, always(pause())), weighted(4, fewSignals.suspends), weighted(3, fewSignals.polls)],
  ...[weighted(1, always(exit()))],
);

/** Mostly the log: who has it locked, and what stands in it. */
const locked: fc.Arbitrary<Wish> = fc.oneof(
  ...[weighted(6, opens), weighted(4, closes), weighted(16, locks), weighted(3, writes), weighted(2, reads)],
  ...[weighted(1, seeks), weighted(1, truncates), weighted(3, signals.kills), weighted(1, always(exit()))],
);

/** What a program is mostly about: what its first process wants to do, and the others. */
export const themes: readonly { readonly first: fc.Arbitrary<Wish>; readonly others: fc.Arbitrary<Wish> }[] =
  [
    { first: mixed, others: mixed },
    { first: signalling, others: signalled },
    { first: locked, others: locked },
  ];

const first = (call: Template, freq: number) =>
  fc.option(
    fc.constant<Wish>((place) => {
      const isOpen = "log" in place.descriptors;
      return (call.call === "open" && isOpen) || (call.call === "flock" && !isOpen) ? null : call;
    }),
    { freq },
  );

/** What many processes do first, so that they live to do more: they open the log, and do not die of the next signal. */
export const opening: fc.Arbitrary<Wish[]> = fc
  .tuple(
    first(open("log", "log", { access: "write", append: true }), 4),
    first(sigaction("SIGUSR1", handler({ restart: false })), 4),
    first(sigaction("SIGUSR2", handler({ restart: true })), 2),
    first(sigaction("SIGUSR2", ignore), 2),
    first(sigprocmask("block", "SIGUSR2"), 2),
    first(flock("log", "EX"), 2),
  )
  .map((wishes) => wishes.filter((one) => one !== null));
