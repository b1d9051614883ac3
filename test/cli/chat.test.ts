import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestServer, token } from "../client/server.ts";
import { TestTerminal } from "../client/terminal.ts";
import { type Ended, main, papaya } from "../command.ts";

const place = mkdtempSync(join(tmpdir(), "papaya-test-"));
afterAll(() => rmSync(place, { recursive: true }));
const file = (name: string, content: string, mode = 0o600): string => {
  writeFileSync(join(place, name), content, { mode });
  return join(place, name);
};
const tokenFile = file("token", `${token}\n`);

let server: TestServer;
beforeEach(async () => {
  server = new TestServer();
  await server.open();
});
const terminals: TestTerminal[] = [];
afterEach(async () => {
  for (const terminal of terminals.splice(0)) terminal.end();
  await server.close();
});

const patience = { timeout: 20_000 };
const words = (...more: string[]): string[] => [
  ...["chat", `127.0.0.1:${server.port}`, "--token-file", tokenFile, "--name", "ana"],
  ...more,
];
const inTerminal = (...more: string[]): TestTerminal => {
  const terminal = new TestTerminal(words(...more), { columns: 40, rows: 10 });
  terminals.push(terminal);
  return terminal;
};
const shows = (terminal: TestTerminal, text: string) => expect.poll(() => terminal.text, patience).toBe(text);

/** The command with bytes on its standard input; `onLines` sees how many lines it has printed. */
const inPipe = (more: string[], input: string, onLines?: (lines: number) => void): Promise<Ended> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [main, ...words(...more)], {
      env: { ...process.env, NO_COLOR: "1" },
    });
    const heard = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      heard.out += text;
      onLines?.(heard.out.split("\n").length - 1);
      if (heard.out.endsWith("last\n")) child.kill("SIGINT");
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      heard.err += text;
    });
    child.on("close", (code) => done({ code, ...heard }));
    child.stdin.end(input, "latin1");
  });

describe("papaya chat in a terminal", () => {
  it("shows lines that come while one types, and leaves the line that is typed as it is", async () => {
    server.append("bob: before\n");
    const terminal = inTerminal();
    await shows(terminal, "bob: before\nana>");
    terminal.type("a long line that is wider than this terminal");
    await shows(terminal, "bob: before\nana> that is wider than this terminal");
    server.append(`bob: ${"x".repeat(50)}\n`, "eve: \x1b[2J\x1b]0;gone\x07\n");
    const above = `bob: before\nbob: ${"x".repeat(50)}\neve: ␛[2J␛]0;gone␇`;
    await shows(terminal, `${above}\nana> that is wider than this terminal`);
    // A slow line brings keys together: to the left, one more, Enter.
    terminal.type("\x1b[D!\r");
    const said = "ana: a long line that is wider than this termina!l";
    await shows(terminal, `${above}\n${said}\nana>`);
    expect(server.log.at(-1)).toBe(`${said}\n`);
    terminal.type("\x03");
    await expect.poll(() => terminal.code, patience).toBe(0);
    expect(terminal.text).toBe(`${above}\n${said}\n`);
  });

  it("comes back to a server that comes back; says which own lines nobody has seen", async () => {
    const terminal = inTerminal();
    await shows(terminal, "ana>");
    server.stores = false;
    terminal.type("lost?\r");
    await expect.poll(() => server.heard, patience).toEqual(["ana: lost?\n"]);
    await shows(terminal, "… ana: lost?\nana>");
    await server.close();
    await expect.poll(() => terminal.text, patience).toContain("* unconfirmed: ana: lost?");
    terminal.type("later\rtyping");
    await expect.poll(() => terminal.text, patience).toContain("… ana: later");
    server.stores = true;
    await server.open();
    await expect.poll(() => server.log, patience).toEqual(["ana: later\n"]);
    await expect.poll(() => terminal.text, patience).toMatch(/connected again\nana: later\nana> typing$/);
    terminal.type("\x15\x04");
    await expect.poll(() => terminal.code, patience).toBe(1); // one own line is still in doubt
  });

  it("ends of SIGHUP where the terminal goes, and does not abort", async () => {
    const status = join(place, "status");
    const command = [process.execPath, main, ...words()].map((word) => `'${word}'`).join(" ");
    const script = spawn("script", ["-qfc", `trap : HUP; ${command}; echo $? >'${status}'`, "/dev/null"], {
      env: { ...process.env, TERM: "xterm-256color", SHELL: "/bin/sh" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let shown = "";
    script.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
    });
    await expect.poll(() => shown, patience).toContain("ana>");
    script.kill("SIGKILL"); // the kernel hangs up for it
    const code = () => (existsSync(status) ? readFileSync(status, "utf8") : "");
    await expect.poll(code, patience).toBe("129\n");
  });

  it("says when the token is wrong", async () => {
    const wrong = file("wrong", `${token.replace("0", "1")}\n`);
    const terminal = inTerminal("--token-file", wrong);
    await expect.poll(() => terminal.code, patience).toBe(2);
    expect(terminal.text.replaceAll("\n", "")).toContain("where the token is wrong");
  });
});

describe("papaya chat in a pipe", () => {
  it("shows each line once, in order, whatever is cut when", async () => {
    for (let nth = 1; nth <= 60; nth++) server.append(`bob: ${nth % 3}\n`);
    let cuts = 0;
    const { code, out } = await inPipe([], "", (lines) => {
      if (lines < 60 || cuts >= 3) return;
      cuts++;
      server.append("bob: more\n");
      server.send("bob: ha"); // half a line, which will never come
      server.cut();
      server.append(cuts === 3 ? "bob: last\n" : "bob: even more\n");
    });
    expect(out).toBe(server.log.join(""));
    expect(cuts).toBe(3);
    expect(code).toBe(130);
  });

  it("wonders about the token where a server does not take it any more", async () => {
    server.append("bob: hi\n");
    const { out, err } = await inPipe([], "", (lines) => {
      if (lines !== 1) return;
      server.turnsAway = 1;
      server.log.push("bob: last\n");
      server.cut();
    });
    expect(out).toBe("bob: hi\nbob: last\n");
    expect(err).toContain("not connected: is the token still right?");
  });

  it("sends what it is given, waits until that has come back, and leaves", async () => {
    server.append("bob: hi\n");
    const { code, out, err } = await inPipe(["--once"], "one\r\ntwo");
    expect({ code, out, err }).toEqual({ code: 0, out: "", err: "" });
    expect(server.log).toEqual(["bob: hi\n", "ana: one\n", "ana: two\n"]);
  });

  it("sends no more than can be under way, and names what it has not sent", async () => {
    server.stores = false;
    const ended = inPipe([], "x\n".repeat(3000));
    await expect.poll(() => server.heard.length, patience).toBeGreaterThanOrEqual(1000);
    server.append("bob: last\n");
    const { code, err } = await ended;
    expect(server.heard.length).toBe(1000);
    expect(err).toMatch(/\* unconfirmed: 990 more\n\* not sent: the input from line 1001 on\n$/);
    expect(code).toBe(130);
  });

  it("names every line that it cannot vouch for", async () => {
    server.stores = false;
    const input = `\x1b[31m\n${"x".repeat(5000)}\nfull\nvanished\n`;
    const { code, err } = await inPipe(["--once", "--wait", "1"], input);
    expect(err).toContain("* line 1 of the input is not sent: it has control characters");
    expect(err).toContain("* refused: the line is too long\n* not stored: the disk is full");
    expect(err).toContain("* unconfirmed: ana: vanished\n");
    expect(code).toBe(1);
  });

  it("says when nobody listens there", async () => {
    await server.close();
    const { code, err } = await inPipe(["--once"], "one\n");
    expect(err).toBe(
      `papaya: 127.0.0.1:${server.port}: nobody listens there. Is the server running, and is that its address?\n`.replace(
        "papaya:",
        "* not sent: ana: one\npapaya:",
      ),
    );
    expect(code).toBe(1);
  });
});

it("papaya chat, called wrongly, names what is wrong and the remedy", async () => {
  const { code, err } = await papaya(words("--token-file", file("open", token, 0o644)));
  expect(err).toBe(
    `papaya: the token file ${join(place, "open")} can be read by others (mode 644): chmod 600 ${join(place, "open")}\n`,
  );
  expect(code).toBe(2);
});
