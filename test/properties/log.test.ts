/** P1, P2 and P5: what is in the log stays, whole and once. */
import { describe, expect, test } from "vitest";
import { connect, flock, fstat, ftruncate, ok, pread, read, write } from "../../model/index.ts";
import { appendOnly, noLostMessage, noTornMessage } from "../../properties/log.ts";
import {
  appends,
  did,
  exits,
  listening,
  progress,
  quiescent,
  quiet,
  receives,
  serving,
  settingWith,
  startsSend,
  takes,
  verdictOn,
  waitsForInput,
} from "./trace.ts";

const R1 = "RECV[1]";
const enters = (process: string) => did(process, fstat("log"), ok(), { critical: "write", next: "write" });
const connects = (client: string) => did(client, connect("socket"), ok());
const atRest = (log: string) => quiescent([...serving("1"), listening("client[1]")], { log });

describe("P1 no-lost-message", () => {
  const says = (...trace: Parameters<typeof verdictOn>[1]) => verdictOn(noLostMessage, trace);

  test("holds where a line that was taken is appended once", () =>
    expect(says(takes(R1, "a1\n"), enters(R1), appends(R1, "a1\n", 0), atRest("a1\n"))).toBe("holds"));

  test("is broken by a line that was taken and is not in the log at the end", () =>
    expect(says(takes(R1, "a1\n"), atRest(""))).toBe(
      'RECV[1] has taken the line "a1\\n", nothing can move any more, and it is in the log 0 times',
    ));

  test("holds where the client of such a line has had a notice", () =>
    expect(says(takes(R1, "a1\n"), receives("client[1]", "* not stored\n"), atRest(""))).toBe("holds"));

  test("does not ask for a line that is refused, or that waits for its end", () => {
    expect(says(takes(R1, "* a\na1"), atRest(""))).toBe("holds");
    expect(says(takes(R1, "* a\na1"), takes(R1, "\n"), atRest(""))).toMatch("has taken the line");
  });

  test("does not ask a RECV that has died for what it had taken", () =>
    expect(says(takes(R1, "a1\n"), exits(R1, "SIGKILL"), atRest(""))).toBe("holds"));

  test("promises nothing while a stopped process holds the lock", () => {
    const stopped = quiet("RECV[2]", waitsForInput, { status: "stopped", holdsLock: true });
    const end = quiescent([...serving("1"), stopped, listening("client[1]")]);
    expect(says(takes(R1, "a1\n"), end)).toBe("holds");
  });

  test("is broken by a line that is in the log twice", () =>
    expect(says(enters(R1), appends(R1, "a1\n", 0), enters(R1), appends(R1, "a1\n", 3))).toBe(
      'the line "a1\\n" is in the log 2 times',
    ));

  test("is broken when a settled line is taken out", () =>
    expect(says(enters(R1), appends(R1, "a1\n", 0), did("RECV[2]", ftruncate("log", 0), ok()))).toBe(
      'RECV[2]\'s ftruncate took the line "a1\\n" out of the log',
    ));

  test("is broken by an append that leaves another line than was sent", () =>
    expect(
      says(enters(R1), progress(R1, write("log", "a1\n"), "a", 0), exits(R1), appends("RECV[2]", "b1\n", 1)),
    ).toBe('RECV[2]\'s append has returned, but the log has "ab1\\n" there, which nobody sent'));
});

describe("P2 no-torn-message", () => {
  const says = (...trace: Parameters<typeof verdictOn>[1]) => verdictOn(noTornMessage, trace);
  const c1 = "client[1]";

  test("holds where a client receives whole lines, in whatever pieces", () =>
    expect(
      says(connects(c1), receives(c1, "a1"), receives(c1, "\nb"), receives(c1, "1\n"), atRest("a1\nb1\n")),
    ).toBe("holds"));

  test("holds for notices of the server", () =>
    expect(says(connects(c1), receives(c1, "* refused\n"), atRest(""))).toBe("holds"));

  test("is broken by a line that nobody sent", () =>
    expect(says(connects(c1), receives(c1, "ab1\n"))).toBe(
      'client[1] received "ab1\\n", a line that nobody sent',
    ));

  test("is broken by bytes with which no line begins", () =>
    expect(says(connects(c1), receives(c1, "a1\n1"))).toBe(
      'client[1] received "1", with which no line begins that anybody sent',
    ));

  test("is broken by a line whose rest never comes", () =>
    expect(says(connects(c1), receives(c1, "a"), atRest("a1\n"))).toBe(
      'client[1] has received "a", and the rest of that line will never come',
    ));

  test("excuses a rest that never comes where the cluster is no longer whole", () => {
    const half = quiescent([listening(c1), quiet("SEND[1]", waitsForInput, { status: "stopped" })]);
    expect(says(connects(c1), receives(c1, "a"), half)).toBe("holds");
  });

  test.each([["read" as const], ["pread" as const]])(
    "is broken by a %s of half of what is being written",
    (call) => {
      const looks = call === "read" ? read("log", 64) : pread("log", 64, 0);
      expect(
        says(
          enters(R1),
          progress(R1, write("log", "a1\n"), "a", 0),
          did("SEND[2]", looks, { type: "data", bytes: "a", at: 0 }),
        ),
      ).toBe('SEND[2] read "a", half of what RECV[1] is still writing');
    },
  );

  test("holds where a SEND reads half a line that a dead writer has left", () =>
    expect(
      says(
        enters(R1),
        progress(R1, write("log", "a1\n"), "a", 0),
        exits(R1, "SIGKILL"),
        did("SEND[2]", read("log", 64), { type: "data", bytes: "a", at: 0 }),
      ),
    ).toBe("holds"));
});

describe("P5 append-only", () => {
  const says = (...trace: Parameters<typeof verdictOn>[1]) => verdictOn(appendOnly, trace);

  test("holds where lines are added at the end", () =>
    expect(says(enters(R1), appends(R1, "a1\n", 0), enters(R1), appends(R1, "b1\n", 3))).toBe("holds"));

  test("holds where a writer takes back what it has written itself, in its critical section", () =>
    expect(
      says(
        enters(R1),
        did(
          R1,
          write("log", "a1\n"),
          { type: "short", value: 1, at: 0 },
          { critical: "write", next: "write" },
        ),
        did(R1, ftruncate("log", 0), ok(), { critical: "write" }),
      ),
    ).toBe("holds"));

  test("is broken by a write over what a reader could have seen", () =>
    expect(says(enters(R1), appends(R1, "a1\n", 0), appends("RECV[2]", "b1\n", 0))).toBe(
      'RECV[2]\'s write changed what stood in the log: "a1\\n" is now "b1\\n"',
    ));

  test("is broken by such a change also where it is made in a critical section", () => {
    const before = [enters(R1), appends(R1, "a1\n", 0), enters("RECV[2]")];
    expect(says(...before, appends("RECV[2]", "b1\n", 0))).toMatch('"a1\\n" is now "b1\\n"');
    expect(says(...before, did("RECV[2]", ftruncate("log", 0), ok(), { critical: "write" }))).toMatch(
      '"a1\\n" is now ""',
    );
  });

  test("is broken by a truncation of what was stored from the start", () => {
    const cut = did("RECV[2]", ftruncate("log", 1), ok(), { critical: "write" });
    expect(verdictOn(appendOnly, [cut], settingWith({ stored: 1 }))).toBe(
      'RECV[2]\'s ftruncate changed what stood in the log: "_1\\n" is now "_"',
    );
  });

  test("does not look at calls that leave the log as it is", () =>
    expect(says(did(R1, flock("log", "UN"), ok()), startsSend("1"))).toBe("holds"));
});
