/** Starts our server: the processes of `real/`, forked of one that has loaded everything. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { papaya } from "../../../model/protocols/papaya.ts";
import { places, type RunConfiguration } from "../../../real/configuration.ts";
import { isListening, membersOf } from "../../../real/kernel.ts";
import { native, signalNumbers } from "../../../real/native.ts";
import { Nursery } from "../../../real/nursery.ts";
import { reservePort } from "../../../real/port.ts";
import { realSizes } from "../../../real/run.ts";
import type { Server, Setting } from "./subject.ts";

/** Bytes that are read at once, from a client and from the log. */
const readSize = 65_536;

/** For an open port, each after 5 ms. */
const mostLooks = 4_000;

export const startPapaya = async ({ directory, log, token, lineLimit }: Setting): Promise<Server> => {
  const { port, reservation } = reservePort();
  const parameters = {
    ...papaya.parameters,
    ...realSizes,
    readSize,
    lineLimit,
    tokenLength: token.length,
  };
  const run: RunConfiguration = {
    ...{ protocol: papaya.id, parameters, token, port, log, tokenTimeout: 5_000, record: false },
  };
  writeFileSync(join(directory, places.configuration), JSON.stringify(run), { mode: 0o600 });
  const nursery = Nursery.open();
  const sessions = new Set(
    papaya.start.map(({ role, group }) =>
      nursery.start({
        directory,
        protocol: run.protocol,
        rehearse: true,
        configuration: { role, descriptors: {}, groups: { [group]: 0 }, blocked: [], ignored: [] },
      }),
    ),
  );
  const end = async () => {
    for (let left = membersOf(sessions); left.length > 0; left = membersOf(sessions)) {
      for (const pid of left) native.kill(pid, signalNumbers.SIGKILL);
      await pause(5);
    }
    nursery.close();
    native.close(reservation);
  };
  for (let looks = 0; !isListening(port); looks++) {
    if (looks > mostLooks) {
      await end();
      throw new Error("our server did not open its port");
    }
    await pause(5);
  }
  return { port, processes: () => [nursery.pid, ...membersOf(sessions)], end };
};
