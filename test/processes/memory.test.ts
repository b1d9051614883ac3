/** What the processes of a server have in their memory. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { expect, it } from "vitest";
import { Chatter, kit, patience, startServer } from "../server/chatting.ts";

/** Whether such bytes stand anywhere in what a process may write to. */
const isInMemory = (pid: number, bytes: Buffer): boolean => {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const mappings = readFileSync(`/proc/${pid}/maps`, "latin1").matchAll(/^(\w+)-(\w+) rw/gm);
  const found = [...mappings].some(([, from, to]) => {
    const [start, end] = [Number(`0x${from}`), Number(`0x${to}`)];
    const room = Buffer.alloc(end - start);
    return room.subarray(0, readSync(memory, room, 0, room.length, start)).includes(bytes);
  });
  closeSync(memory);
  return found;
};

it("no process has a token in its memory, nor the half that somebody else was showing when it was forked", async () => {
  const running = await startServer(kit());
  const { port } = running.server.address;
  const [token = ""] = running.tokens;
  const half = token.slice(0, 100);
  const having = (what: string) =>
    running.server
      .inhabitants()
      .filter(({ pid }) => isInMemory(pid, Buffer.from(what, "latin1")))
      .map(({ role }) => role);
  const slow = await Chatter.enter(port, half);
  await expect.poll(() => having(half), patience).toEqual(["daemon"]);
  const eve = await running.join();
  eve.say("eve: here");
  await eve.hears("eve: here");
  expect(having("eve: here")).toEqual(expect.arrayContaining(["RECV", "SEND"])); // it is looked for where it may be
  expect(having(half)).toEqual(["daemon"]);
  slow.socket.write(token.slice(half.length));
  await slow.hears("eve: here");
  expect(having(half)).toEqual([]);
  const gone = await Chatter.enter(port, half);
  await expect.poll(() => having(half), patience).toEqual(["daemon"]);
  gone.leave();
  await expect.poll(() => having(half), patience).toEqual([]);
});
