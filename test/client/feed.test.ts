import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { Feed, longestLine } from "../../cli/chat/feed.ts";

const turn = () => new Promise((done) => setImmediate(done));

class Chat {
  readonly input = new PassThrough();
  readonly taken: string[] = [];
  room = 3;
  hasEnded = false;
  readonly feed = new Feed(this.input, {
    patience: 60_000,
    room: () => this.room,
    take: (line) => {
      this.taken.push(line);
      this.room--;
    },
    end: () => {
      this.hasEnded = true;
    },
  });
}

describe("the input of a chat in a pipe", () => {
  it("goes on as there is room, in order, and is read no further than that", async () => {
    const chat = new Chat();
    chat.input.write("1\n2\n3\n4\n5\n6");
    await turn();
    expect([chat.taken, chat.feed.held]).toEqual([["1\n", "2\n", "3\n"], 2]);
    expect(chat.input.isPaused()).toBe(true);
    chat.room = 1;
    chat.feed.pass();
    expect([chat.taken.at(-1), chat.feed.held]).toEqual(["4\n", 1]);
    chat.room = 1;
    chat.feed.pass();
    expect([chat.taken.at(-1), chat.feed.held, chat.input.isPaused()]).toEqual(["5\n", 0, false]);
    chat.input.end();
    await turn();
    expect([chat.taken.at(-1), chat.feed.held, chat.hasEnded]).toEqual(["5\n", 1, false]);
    chat.room = 1;
    chat.feed.pass();
    expect([chat.taken.at(-1), chat.feed.held, chat.hasEnded]).toEqual(["6", 0, true]);
  });

  it("keeps no more of a line than any line of a chat has", async () => {
    const chat = new Chat();
    for (let nth = 0; nth < 20; nth++) {
      chat.input.write("x".repeat(longestLine / 4));
      await turn();
    }
    chat.input.end("y\nz\n");
    await turn();
    expect(chat.taken.map(({ length }) => length)).toEqual([longestLine + 3, 2]);
    expect(chat.hasEnded).toBe(true);
  });
});
