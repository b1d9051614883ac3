/** The log as a regular file: appends, short writes, a full disk, what readers see of a write. */
import {
  exit,
  flock,
  fstat,
  ftruncate,
  kill,
  lseek,
  open,
  pread,
  read,
  script,
  spawn,
  the,
  waitpid,
  write,
} from "../../../model/index.ts";
import { type Fact, fact } from "../fact.ts";

const openToAppend = open("log", "log", { access: "write", append: true });
const openToWrite = open("log", "log", { access: "write" });
const openToRead = open("log", "log", { access: "read" });
const inherited = { descriptors: { log: "log" } };
/** What the log holds at the start: `_1\n`. */
const stored = { stored: 1 };

export const fileFacts: readonly Fact[] = [
  fact(
    "[16] O_APPEND moves the offset to the end for each write",
    { A: script(openToAppend, lseek("log", 0, "SET"), write("log", "x"), lseek("log", 0, "CUR")) },
    { bounds: stored, tells: ["lseek", "log"], outcomes: ['A: 0, 4; log: "_1\\nx"'] },
  ),
  fact(
    "without O_APPEND a write goes to the offset, over what stands there",
    { A: script(openToWrite, lseek("log", 1, "SET"), write("log", "x"), lseek("log", 0, "CUR")) },
    { bounds: stored, tells: ["lseek", "log"], outcomes: ['A: 1, 2; log: "_x\\n"'] },
  ),
  fact(
    "[16] lseek, another's append through the same description, then read: 0 bytes",
    {
      A: script(openToAppend, lseek("log", 0, "SET"), spawn("B", inherited), waitpid(), read("log", 9)),
      B: script(write("log", "x"), exit()),
    },
    { bounds: stored, tells: ["read"], outcomes: ["A: end"] },
  ),
  fact(
    "[16] pread is immune to that, and moves no offset",
    {
      A: script(openToAppend, spawn("B", inherited), waitpid(), pread("log", 2, 1), lseek("log", 0, "CUR")),
      B: script(write("log", "x"), exit()),
    },
    { bounds: stored, tells: ["pread", "lseek"], outcomes: ['A: "1\\n", 4'] },
  ),
  fact(
    "[17] two O_APPEND writers never interleave within one write",
    {
      A: script(openToAppend, spawn("B"), write("log", "aa\n")),
      B: script(openToAppend, write("log", "bb\n")),
    },
    {
      tornWrites: true,
      tells: ["write", "log"],
      outcomes: ['A: 3; B: 3; log: "aa\\nbb\\n"', 'A: 3; B: 3; log: "bb\\naa\\n"'],
    },
  ),
  fact(
    "two writers without O_APPEND write over each other",
    {
      A: script(openToWrite, spawn("B"), write("log", "aa\n")),
      B: script(openToWrite, write("log", "bb\n")),
    },
    { tells: ["log"], outcomes: ['log: "aa\\n"', 'log: "bb\\n"'] },
  ),
  fact(
    "[18] an unlocked reader may see part of what one write appends",
    {
      A: script(openToAppend, spawn("B"), write("log", "aa\n")),
      B: script(openToRead, read("log", 9)),
    },
    { tornWrites: true, tells: ["read"], outcomes: ["B: end", 'B: "a"', 'B: "aa\\n"'] },
  ),
  fact(
    "where writes are not torn, an unlocked reader sees all of it or nothing",
    {
      A: script(openToAppend, spawn("B"), write("log", "aa\n")),
      B: script(openToRead, read("log", 9)),
    },
    { tells: ["read"], outcomes: ["B: end", 'B: "aa\\n"'] },
  ),
  fact(
    "a reader under the shared lock never sees part of what is written under the exclusive one",
    {
      A: script(openToAppend, spawn("B"), flock("log", "EX"), write("log", "aa\n"), flock("log", "UN")),
      B: script(openToRead, flock("log", "SH"), read("log", 9), flock("log", "UN")),
    },
    { tornWrites: true, tells: ["read"], outcomes: ["B: end", 'B: "aa\\n"'] },
  ),
  fact(
    "a read through the description that a write goes through waits for that write, and then stands at the end",
    {
      A: script(openToAppend, spawn("B", inherited), write("log", "aa\n")),
      B: script(read("log", 9), read("log", 9)),
    },
    { tornWrites: true, bounds: stored, tells: ["read"], outcomes: ['B: "_1\\n", end', "B: end, end"] },
  ),
  fact(
    "so does an lseek through it: it never sees half of that write",
    {
      A: script(openToAppend, spawn("B", inherited), write("log", "aa\n")),
      B: script(lseek("log", 0, "END")),
    },
    { tornWrites: true, tells: ["lseek"], outcomes: ["B: 0", "B: 3"] },
  ),
  fact(
    "[20] a writer that is killed in the middle of a write leaves what it has written, and the file to others",
    {
      A: script(openToAppend, spawn("B"), kill(the("B"), "SIGKILL"), write("log", "c")),
      B: script(openToAppend, write("log", "aa\n")),
    },
    {
      tornWrites: true,
      tells: ["log"],
      outcomes: ["", "a", "aa\n"].map((left) => `B: dies of SIGKILL; log: ${JSON.stringify(`${left}c`)}`),
    },
  ),
  fact(
    "a truncation waits for a write under way",
    {
      A: script(openToAppend, spawn("B"), write("log", "aa\n")),
      B: script(openToAppend, ftruncate("log", 0)),
    },
    { tornWrites: true, tells: ["log"], outcomes: ['log: ""', 'log: "aa\\n"'] },
  ),
  fact(
    "[19] a write may be short: what it says it wrote is there, and the rest can follow",
    { A: script(openToAppend, write("log", "aa\n"), write("log", "b\n")) },
    {
      bounds: { faults: { "short-write": 1 } },
      tells: ["write", "log"],
      outcomes: ['A: 3, 2; log: "aa\\nb\\n"', 'A: 1 short, 2; log: "ab\\n"', 'A: 3, 1 short; log: "aa\\nb"'],
    },
  ),
  fact(
    "[23] a full disk refuses a write as a whole",
    { A: script(openToAppend, write("log", "a\n")) },
    {
      bounds: { faults: { "disk-full": 1 } },
      tells: ["write", "log"],
      outcomes: ['A: 2; log: "a\\n"', 'A: ENOSPC; log: ""'],
    },
  ),
  fact(
    "[23] ENOSPC may follow a short write, whose bytes stay until they are cut off",
    { A: script(openToAppend, write("log", "aa"), write("log", "b"), ftruncate("log", 0)) },
    {
      bounds: { faults: { "short-write": 1, "disk-full": 1 } },
      tells: ["write", "log"],
      outcomes: [
        'A: 2, 1; log: ""',
        'A: 2, ENOSPC; log: ""',
        'A: 1 short, 1; log: ""',
        'A: 1 short, ENOSPC; log: ""',
        'A: ENOSPC, 1; log: ""',
      ],
    },
  ),
  fact(
    "ftruncate cuts off, and fills up with NULs; it moves no offset",
    {
      A: script(
        openToWrite,
        read("log", 9),
        ftruncate("log", 1),
        ftruncate("log", 2),
        fstat("log"),
        lseek("log", 0, "CUR"),
      ),
    },
    { bounds: stored, tells: ["fstat", "lseek", "log"], outcomes: ['A: 2, 3; log: "_\\u0000"'] },
  ),
  fact(
    "a truncation below the offset leaves the offset: a write without O_APPEND then leaves NULs in between",
    { A: script(openToWrite, lseek("log", 0, "END"), ftruncate("log", 1), write("log", "x")) },
    { bounds: stored, tells: ["log"], outcomes: ['log: "_\\u0000\\u0000x"'] },
  ),
  fact(
    "with O_APPEND it goes to the new end",
    {
      A: script(
        ...[openToAppend, lseek("log", 0, "END"), ftruncate("log", 1), write("log", "x")],
        lseek("log", 0, "CUR"),
      ),
    },
    { bounds: stored, tells: ["lseek", "log"], outcomes: ['A: 3, 2; log: "_x"'] },
  ),
  fact(
    "a read behind the end returns nothing and moves no offset; what comes there later is read from there",
    {
      A: script(
        ...[openToWrite, lseek("log", 2, "END"), read("log", 9), lseek("log", 0, "CUR")],
        ...[ftruncate("log", 6), read("log", 9), lseek("log", 0, "CUR")],
      ),
    },
    { bounds: stored, tells: ["lseek", "read"], outcomes: ['A: 5, end, 5, "\\u0000", 6'] },
  ),
  fact(
    "pread behind the end returns nothing, and of what reaches over it only what is there",
    { A: script(openToRead, pread("log", 9, 3), pread("log", 9, 7), pread("log", 9, 2), read("log", 1)) },
    { bounds: stored, tells: ["pread", "read"], outcomes: ['A: end, end, "\\n", "_"'] },
  ),
  fact(
    "a write of no bytes fills no gap, and moves no offset, with O_APPEND either",
    {
      A: script(
        ...[openToWrite, lseek("log", 9, "SET"), write("log", ""), fstat("log"), lseek("log", 0, "CUR")],
        ...[open("log", "end", { access: "write", append: true }), write("end", ""), lseek("end", 0, "CUR")],
      ),
    },
    { bounds: stored, tells: ["write", "fstat", "lseek"], outcomes: ["A: 9, 0, 3, 9, 0, 0"] },
  ),
  fact(
    "two writers through one description without O_APPEND write one behind the other",
    {
      A: script(openToWrite, spawn("B", inherited), waitpid(), write("log", "a"), lseek("log", 0, "CUR")),
      B: script(write("log", "bb"), exit()),
    },
    { tells: ["lseek", "log"], outcomes: ['A: 3; log: "bba"'] },
  ),
  fact(
    "an offset that moves to where it is not behind the start is taken, from wherever it is counted",
    {
      A: script(
        ...[openToRead, lseek("log", -1, "END"), lseek("log", -2, "CUR"), lseek("log", 4, "CUR")],
        read("log", 1),
      ),
    },
    { bounds: stored, tells: ["lseek", "read"], outcomes: ["A: 2, 0, 4, end"] },
  ),
  fact(
    "a write behind the end leaves NULs in between",
    { A: script(openToWrite, lseek("log", 2, "SET"), write("log", "x")) },
    { tells: ["log"], outcomes: ['log: "\\u0000\\u0000x"'] },
  ),
  fact(
    "a read takes at most what is asked for, then goes on there, and at the end returns nothing",
    { A: script(openToRead, read("log", 2), read("log", 2), read("log", 2)) },
    { bounds: stored, tells: ["read"], outcomes: ['A: "_1", "\\n", end'] },
  ),
];
