import { describe, expect, it } from "vitest";
import {
  defaultBounds,
  Judge,
  type ProcessName,
  type Protocol,
  processName,
  settingOf,
} from "../../model/index.ts";
import { papaya, published } from "../../model/protocols/index.ts";
import { signalAfterAppend } from "../../model/protocols/signal-after-append.ts";
import { properties } from "../../properties/index.ts";
import type { Edge } from "../../sim/knowledge/edge.ts";
import { Simulation } from "../../sim/simulation.ts";

const [sender, reader] = [processName("client", "1"), processName("client", "2")];
const recv = processName("RECV", "1");

/** Everybody is served and asleep; then the first RECV appends one line, and is killed before its next call. */
const killAfterAppend = (protocol: Protocol) => {
  const whole = settingOf(protocol, { ...defaultBounds, faults: { crash: 1 } });
  const clients = whole.clients.map((client) =>
    client.name === reader ? { ...client, lines: [], segments: [client.token] } : client,
  );
  const setting = { ...whole, clients };
  const simulation = new Simulation(setting);
  const judge = new Judge(properties, setting);
  const take = (edge: Edge | undefined) => {
    if (edge === undefined) throw new Error("nothing can happen here");
    for (const event of simulation.take(edge)) judge.hear(event);
  };
  const letAllGoOn = (holds: (process: ProcessName) => boolean) => {
    for (;;) {
      const able = simulation.processes.filter((process) => !holds(process));
      const next = able.flatMap((process) => simulation.callsOf(process))[0];
      if (next === undefined) return;
      take(next);
    }
  };
  letAllGoOn((process) => process === sender && simulation.callOf(process).includes("a1"));
  const call = () => simulation.callsOf(recv)[0];
  take(simulation.callsOf(sender)[0]);
  for (let appended = false; !appended; ) {
    appended = simulation.callOf(recv).startsWith("write(log");
    take(call());
  }
  const before = simulation.callOf(recv);
  take(simulation.faultsTo(recv, "crash")[0]);
  letAllGoOn(() => false);
  judge.hear(simulation.quiescentEvent());
  const verdict = judge.verdicts(true).find(({ id }) => id === "P6");
  return { before, verdict: verdict?.verdict, because: verdict?.because };
};

describe("a RECV that is killed right after its append", () => {
  it("makes published lose the wakeup: it had still to send its signal", () =>
    expect(killAfterAppend(published)).toEqual({
      before: "kill(0, SIGUSR1)",
      verdict: "violated",
      because: 'nothing can move any more, and client[2] has not received "a1\\n"',
    }));

  it("makes papaya lose nothing: its signal went out before, under the lock", () =>
    expect(killAfterAppend(papaya)).toEqual({ before: "flock(log, UN)", verdict: "holds", because: "" }));

  it("makes papaya lose it as soon as the signal comes after the append", () =>
    expect(killAfterAppend(signalAfterAppend)).toMatchObject({
      before: "kill(-chat, SIGUSR1)",
      verdict: "violated",
    }));
});
