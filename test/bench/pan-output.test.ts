import { describe, expect, it } from "vitest";
import { readPan, readPanProgress } from "./pan-output.ts";

const onTheWay = `Depth=      72 States=    1e+06 Transitions= 3.47e+06 Memory=    90.191	t=     1.89 R=   5e+05
Depth=      72 States=    2e+06 Transitions= 7.48e+06 Memory=   143.609	t=     3.71 R=   5e+05
`;

/** What pan prints at its end, with the lines that differ from search to search. */
const figures = ({ states = "2493752", errors = 0, memory = "169.976", elapsed = "5.21" } = {}): string => `
(Spin Version 6.5.2 -- 6 December 2019)

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	+

State-vector 72 byte, depth reached 72, errors: ${errors}
  ${states} states, stored
  7200251 states, matched
  9694003 transitions (= stored+matched)
        0 atomic steps
hash conflicts:    955004 (resolved)

Stats on memory usage (in Megabytes):
  218.797	equivalent memory usage for states (stored*(State-vector + overhead))
   32.000	memory used for hash table (-w22)
  ${memory}	total actual memory usage


pan: elapsed time ${elapsed} seconds
pan: rate 478647.22 states/second
`;

const notCompleted = (text: string): string =>
  text.replace(/\n\nFull/, "\nWarning: Search not completed\n\nFull");

describe("what pan prints is read", () => {
  it("where its search ended: states, transitions, time, memory", () =>
    expect(readPan(onTheWay + figures())).toEqual({
      ended: "complete",
      verdict: "holds",
      states: 2_493_752,
      transitions: 9_694_003,
      seconds: 5.21,
      memory: 169.976 * 1024 ** 2,
    }));

  it("where states or seconds are so many that it rounds them", () =>
    expect(readPan(figures({ states: "1.4713512e+08", elapsed: "1.3e+03" }))).toMatchObject({
      states: 147_135_120,
      seconds: 1300,
    }));

  it("where an assertion is broken", () =>
    expect(readPan(figures({ errors: 1 }))).toMatchObject({ verdict: "violated" }));

  it("where somebody stopped it", () =>
    expect(readPan(`Interrupted\n${notCompleted(figures())}`)).toMatchObject({
      ended: "interrupted",
      verdict: "unknown",
      states: 2_493_752,
    }));

  it("where memory is out", () => {
    const bound = "pan: reached -DMEMLIM bound\n\t4.9e+06 bytes used\n\t5.24288e+06 bytes limit\n";
    expect(readPan(bound + notCompleted(figures()))).toMatchObject({ ended: "memory", verdict: "unknown" });
    expect(readPan(`pan: out of memory\n${notCompleted(figures())}`)).toMatchObject({ ended: "memory" });
  });

  it("where memory is out before anything is searched, and the time that it gives means nothing", () => {
    const text = `pan: reached -DMEMLIM bound\n${notCompleted(figures({ states: "0", elapsed: "1.72e+07" }))}`;
    expect(readPan(text)).toMatchObject({ ended: "memory", states: 0, seconds: 0 });
  });

  it("where its stack was too small, which it says in passing", () =>
    expect(readPan(`error: max search depth too small\n${figures()}`)).toMatchObject({
      ended: "depth",
      verdict: "unknown",
    }));

  it("not where it was killed before its figures", () => {
    expect(readPan(onTheWay)).toBeNull();
    expect(readPan("")).toBeNull();
  });
});

describe("what pan says on its way is read", () => {
  it("the last line of it", () =>
    expect(readPanProgress(onTheWay)).toEqual({
      states: 2_000_000,
      transitions: 7_480_000,
      memory: 143.609 * 1024 ** 2,
      seconds: 3.71,
    }));

  it("not where there is none yet, or half a line", () => {
    expect(readPanProgress("")).toBeNull();
    expect(readPanProgress("Depth=      72 States=    1e+06 Trans")).toBeNull();
  });
});
