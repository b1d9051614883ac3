/** What is compared is the same: both servers speak one wire protocol and keep one log. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../command.ts";
import type { Setting } from "./subject.ts";

const built = async () =>
  (await import(join(root, "dist/test/bench/server/subject.js"))) as typeof import("./subject.ts");

class Person {
  heard = "";
  closed = false;
  private wake: () => void = () => {};

  private constructor(readonly socket: Socket) {
    socket.setEncoding("latin1");
    socket.on("data", (bytes: string) => {
      this.heard += bytes;
      this.wake();
    });
    socket.on("close", () => {
      this.closed = true;
      this.wake();
    });
    socket.on("error", () => {});
  }

  static async come(port: number, ...segments: string[]): Promise<Person> {
    const person = new Person(connect({ port, host: "127.0.0.1", noDelay: true }));
    for (const segment of segments) await person.say(segment);
    return person;
  }

  /** Each in a segment of its own. */
  async say(segment: string): Promise<void> {
    this.socket.write(segment, "latin1");
    await new Promise((done) => setTimeout(done, 20));
  }

  async until(happened: (person: Person) => boolean): Promise<void> {
    while (!happened(this))
      await new Promise<void>((done) => {
        this.wake = done;
      });
  }
}

const openFiles = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));

/** What stands in a server's directory while it runs. */
const files = { papaya: ["log", "state"], plain: ["log"] };

const history = `${"-".repeat(63)}\n`;

describe.each(["papaya", "plain"] as const)("%s", (subject) => {
  it("takes tokens and lines in pieces, gives everybody the log, refuses what is no text, and lets no stranger in", async () => {
    const { withServer } = await built();
    await withServer(
      { subject, durability: "none" },
      async ({ port, processes }, { token, log }: Setting) => {
        const ana = await Person.come(port, token.slice(0, 50), `${token.slice(50)}ana: h`, "i\n");
        await ana.until(({ heard }) => heard === `${history}ana: hi\n`);
        const late = await Person.come(port, token);
        await late.until(({ heard }) => heard === ana.heard);
        await late.say("ben: \u0007\nben: hello\n");
        await ana.until(({ heard }) => heard.endsWith("ben: hello\n"));
        // In any order: RECV says that a line is refused, SEND what stands in the log.
        await late.until(({ heard }) => heard.includes("* refused") && heard.includes("ben: hello\n"));
        const stranger = await Person.come(port, `${token.slice(1)}0`, "mallory: let me in\n");
        await stranger.until(({ closed }) => closed);
        expect(stranger.heard).toBe("");
        expect(readFileSync(log, "latin1")).toBe(`${history}ana: hi\nben: hello\n`);
        expect(ana.heard).toBe(readFileSync(log, "latin1"));
        // No record of what a process does; nothing that is left of a rehearsal, nor a descriptor of it.
        expect(readdirSync(dirname(log)).sort()).toEqual(files[subject]);
        expect(
          processes()
            .flatMap(openFiles)
            .filter((path) => path.includes("rehearsal")),
        ).toEqual([]);
        ana.socket.destroy();
        late.socket.destroy();
      },
    );
  });
});
