/** P3 and P4: a writer alone, readers together. */
import { describe, expect, test } from "vitest";
import { type Critical, flock, ok } from "../../model/index.ts";
import { mutualExclusion, readersShare } from "../../properties/exclusion.ts";
import { did, exits, settingWith, verdictOn } from "./trace.ts";

/** A process enters a critical section; none: it leaves it. */
const goes = (process: string, next: Critical | null) =>
  did(process, flock("log", next === null ? "UN" : "EX"), ok(), {
    critical: next === null ? "read" : null,
    next,
  });

describe("P3 mutual-exclusion", () => {
  const says = (...trace: Parameters<typeof verdictOn>[1]) => verdictOn(mutualExclusion, trace);

  test("holds for writers one after the other", () =>
    expect(
      says(goes("RECV[1]", "write"), goes("RECV[1]", null), goes("RECV[2]", "write"), goes("RECV[2]", null)),
    ).toBe("holds"));

  test("holds for readers together", () =>
    expect(says(goes("SEND[1]", "read"), goes("SEND[2]", "read"))).toBe("holds"));

  test("is broken by two writers", () =>
    expect(says(goes("RECV[1]", "write"), goes("RECV[2]", "write"))).toBe(
      "RECV[1] is in its critical section to write the log, and RECV[2] is in one too, to write",
    ));

  test("is broken by a writer among readers, whoever came first", () => {
    const because = "RECV[1] is in its critical section to write the log, and SEND[1] is in one too, to read";
    expect(says(goes("RECV[1]", "write"), goes("SEND[1]", "read"))).toBe(because);
    expect(says(goes("SEND[1]", "read"), goes("RECV[1]", "write"))).toBe(because);
  });

  test("holds where a writer has died in its section", () =>
    expect(says(goes("RECV[1]", "write"), exits("RECV[1]", "SIGKILL"), goes("RECV[2]", "write"))).toBe(
      "holds",
    ));
});

describe("P4 readers-share", () => {
  const says = (...trace: Parameters<typeof verdictOn>[1]) => verdictOn(readersShare, trace);

  test("is shown by two SENDs that read at once", () =>
    expect(says(goes("SEND[1]", "read"), goes("SEND[2]", "read"))).toBe("holds"));

  test("is not shown by one after the other: a single run says nothing against it", () =>
    expect(says(goes("SEND[1]", "read"), goes("SEND[1]", null), goes("SEND[2]", "read"))).toBe("unknown"));

  test("is not shown by a SEND and a RECV", () =>
    expect(says(goes("SEND[1]", "read"), goes("RECV[1]", "read"))).toBe("unknown"));

  test("does not apply to one client alone, nor to one and a stranger", () => {
    const trace = [goes("SEND[1]", "read"), goes("SEND[2]", "read")];
    expect(verdictOn(readersShare, trace, settingWith({ clients: 1 }))).toBe("not-applicable");
    expect(verdictOn(readersShare, trace, settingWith({ clients: 1, strangers: 1 }))).toBe("not-applicable");
  });
});
