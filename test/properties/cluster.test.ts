import { describe, expect, it } from "vitest";
import { type ProcessName, type ReturnEvent, type Seen, settingOf, spawn } from "../../model/index.ts";
import { papaya } from "../../model/protocols/index.ts";
import { cluster } from "../../properties/observers.ts";

const setting = settingOf(papaya);
const nobody = {} as Seen;

const starts = (parent: string, child: string): ReturnEvent => ({
  type: "return",
  process: parent as ProcessName,
  state: "startCluster",
  critical: null,
  request: spawn(child.replace(/\[.*/, "")) as ReturnEvent["request"],
  result: { type: "ok", value: 0, name: child },
  next: { state: "awaitConnections", call: "poll", critical: null },
});

const shutOut: ReturnEvent = {
  ...starts("SEND[1]", "SEND[1]"),
  request: { call: "setpgid", group: "chat" },
  result: { type: "EPERM" },
};

const after = (...events: readonly ReturnEvent[]) =>
  events.reduce(
    (state, event) => cluster.after(state, event, setting, "1", nobody),
    cluster.initial(setting, "1"),
  );

const [first, last] = [starts("daemon", "RECV[1]"), starts("RECV[1]", "SEND[1]")];

describe("a cluster", () => {
  it("starts, and is open when its last process has been started", () => {
    expect(after(first)).toBe("starting");
    expect(after(first, last)).toBe("open");
  });
  it("is open as well where the daemon notes that it has started it only when all of it is there", () =>
    expect(after(last, first)).toBe("open"));
  it("and stays shut out, whenever that is noted", () => {
    expect(after(first, last, shutOut)).toBe("shut-out");
    expect(after(first, shutOut, last)).toBe("shut-out");
    expect(after(shutOut, last, first)).toBe("shut-out");
  });
});
