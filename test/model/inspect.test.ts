/** Every kind of mistake in a protocol is answered before anything runs: where it is, what it is, what to do about it. */
import { describe, expect, test } from "vitest";
import { createMachine } from "xstate";
import {
  exit,
  flock,
  ftruncate,
  inspectProtocol,
  kill,
  open,
  parameter,
  pause,
  read,
  type StateDefinition,
  spawn,
  type Template,
  the,
  write,
} from "../../model/index.ts";
import { protocols } from "../../model/protocols/index.ts";
import { miniature } from "../miniature/miniature.ts";
import { having, idle, problemOf, startA } from "./own-protocol.ts";

describe("a shipped protocol has no problem", () => {
  test.each(protocols.map((protocol) => [protocol.id, protocol] as const))("%s", (_, protocol) =>
    expect(inspectProtocol(protocol)).toEqual([]),
  );
});

describe("a protocol as a whole", () => {
  const fine = having({});

  test("has no problem where it is small but complete", () => expect(inspectProtocol(fine)).toEqual([]));

  test.each([[null], [undefined], ["papaya"], [{}], [{ id: "mine" }]])("is no protocol: %j", (value) =>
    expect(problemOf(value)).toEqual({
      where: "",
      problem: "it is no protocol",
      remedy: "let the file's default export be what defineProtocol(…) or variant(…) returns",
    }),
  );

  test("needs an id", () =>
    expect(problemOf({ ...fine, id: "" })).toEqual({
      where: "",
      problem: "it has no id",
      remedy: 'give it one: id: "my-protocol"',
    }));

  test.each(["a/b", "a[1]", "a b"])(
    "calls no role “%s”: names of processes and cells are made of it",
    (role) => {
      const [machine] = Object.values(fine.machines);
      expect(problemOf({ ...fine, machines: { ...fine.machines, [role]: machine } })).toEqual({
        where: "",
        problem: `the role “${role}” has a space, / or a bracket in its name`,
        remedy: "give it a name without them: processes are called after it",
      });
    },
  );

  test.each([["A"], ["client"]])("needs an xstate machine for %s", (role) => {
    const broken = role === "A" ? { ...fine, machines: { A: {} } } : { ...fine, client: undefined };
    expect(problemOf(broken)).toEqual({
      where: "",
      problem: `“${role}” is no xstate machine`,
      remedy: "make it with setup(…).createMachine(…)",
    });
  });

  test.each([
    ["bound “clints”", { bounds: { clints: 3 } }, /^there are: clients, messages/],
    ["fault “crsh”", { bounds: { faults: { crsh: 1 } } }, /^there are: crash, stop/],
    ["parameter “readsize”", { parameters: { readsize: 8 } }, /^there are: readSize/],
  ])("is told that there is no %s", (what, change, remedy) => {
    const found = problemOf(having({}, change));
    expect(found).toMatchObject({ where: "", problem: `there is no ${what}` });
    expect(found?.remedy).toMatch(remedy);
  });

  test.each([[undefined], [{ waiting: [] }], [{ holders: null }]])(
    "has a lock that tells who holds it: %j",
    (context) =>
      expect(
        problemOf(
          having({}, { lock: createMachine({ context, initial: "free", states: { free: {} } } as object) }),
        ),
      ).toMatchObject({ where: "lock", problem: "its context has no “holders” at the start" }),
  );

  test("needs somebody who is there at the start", () => {
    const problem = { where: "", problem: "nobody is there at the start" };
    expect(problemOf({ ...fine, start: [] })).toMatchObject(problem);
    expect(problemOf({ ...fine, start: undefined })).toMatchObject(problem);
    expect(problemOf({ ...fine, start: [] })?.remedy).toContain('start: [{ role: "daemon"');
  });

  test("needs a machine for whoever starts", () =>
    expect(problemOf({ ...fine, start: [{ ...startA[0], role: "B" }, ...startA] })).toEqual({
      where: "",
      problem: "“B” starts, but has no machine",
      remedy: "add it to “machines”",
    }));
});

describe("a state", () => {
  test("names a call", () =>
    expect(problemOf(having({ think: {} as StateDefinition<Record<string, never>> }))).toMatchObject({
      where: "A, state “think”",
      problem: "it names no call",
      remedy: expect.stringContaining("meta: { call: … }"),
    }));

  test.each([
    ["lockf", { call: "lockf", fd: "log" }, /^there is no call "lockf"$/, /^there are: open, close/],
    ["flock for a mode of its own", flock("log", "LOCK_EX" as never), /^“mode” is "LOCK_EX"$/, /SH, EX, UN/],
    ["kill with a signal of its own", kill("A", "SIGHUP" as never), /^“signal” is "SIGHUP"$/, /SIGUSR1/],
    ["a word", "flock", /^"flock" is no call$/, /./],
  ])("makes a call that there is, as it is: not %s", (_, call, problem, remedy) => {
    const found = problemOf(
      having({ think: { meta: { call: call as Template }, on: { "*": "leave" } as never } }),
    );
    expect(found).toMatchObject({ where: "A, state “think”", problem: expect.stringMatching(problem) });
    expect(found?.remedy).toMatch(remedy);
  });

  test("waits for results that there are", () => {
    const on = { EINTR: "leave", okay: "leave" };
    expect(problemOf(having({ think: { meta: { call: pause() }, on } }))).toMatchObject({
      where: "A, state “think”",
      problem: "no call returns “okay”",
      remedy: expect.stringMatching(/^there are: ok, data,.* and \*/),
    });
  });

  test.each([
    ["after", { 1000: "leave" }],
    ["invoke", { src: "clock" }],
  ])("does nothing besides its call: no %s", (what, does) =>
    expect(
      problemOf(
        having({ think: { meta: { call: pause() }, on: { EINTR: "leave" }, [what]: does } as never }),
      ),
    ).toMatchObject({ where: "A, state “think”", problem: expect.stringContaining("besides its call") }),
  );

  test("needs no call where it is final", () =>
    expect(inspectProtocol(having({ rest: { type: "final" } as never }))).toEqual([]));

  test("has no states of its own", () => {
    const states = { inner: { meta: { call: exit() } } };
    expect(problemOf(having({ outer: { initial: "inner", states } as never }))).toEqual({
      where: "A, state “outer”",
      problem: "it has states of its own",
      remedy: "process machines are flat: put them beside it",
    });
  });

  test("takes from its context what the context has at the start", () =>
    expect(problemOf(having({ say: { meta: { call: write("log", the("lines")) } } }))).toEqual({
      where: "A, state “say”",
      problem: "write(log, ‹lines›) takes “lines” from the context, which has no such value at the start",
      remedy: "the context has: offset",
    }));

  test("takes a text where a text is wanted, and a number where a number is", () => {
    const on = { ok: "leave", short: "leave", ENOSPC: "leave", EFBIG: "leave" };
    const openLog = { meta: { call: open("log", "log", { access: "write" }) }, on: { ok: "think" } };
    const calling = (call: Template) => having({ openLog, think: { meta: { call }, on } });
    expect(inspectProtocol(calling(ftruncate("log", the("offset"))))).toEqual([]);
    expect(problemOf(calling(write("log", the("offset"))))).toEqual({
      where: "A, state “think”",
      problem: "write(log, ‹offset›) takes “offset” from the context, which is 0 at the start",
      remedy: "“bytes” is a text: let “offset” be one from the start, or name another value",
    });
  });

  test("takes from the parameters what there is", () => {
    const size = { ...parameter("readSize"), key: "siez" } as unknown as ReturnType<typeof parameter>;
    const problem = problemOf(having({ look: { meta: { call: read("log", size) } } }));
    expect(problem).toMatchObject({
      where: "A, state “look”",
      problem: "read(log, ‹siez›) takes “siez” from the parameters, which have no such value",
    });
    expect(problem?.remedy).toMatch(/^the parameters have: readSize, socketBuffer, /);
  });

  test("hands over what the context has at the start", () =>
    expect(
      problemOf(having({ go: { meta: { call: spawn("A", { descriptors: { x: the("y") } }) } } })),
    ).toMatchObject({
      problem: "spawn(A) takes “y” from the context, which has no such value at the start",
    }));
});

describe("inspectProtocol", () => {
  test("knows the descriptors that a process holds from the start", () =>
    expect(inspectProtocol(miniature(1, 1))).toEqual([]));

  test("answers an initial state that there is not with a problem", () =>
    expect(() =>
      inspectProtocol({ ...having({}), machines: { A: createMachine({ ...idle.config, initial: "x" }) } }),
    ).not.toThrow());
});
