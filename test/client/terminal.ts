/** A command in a real terminal of the kernel (script(1) makes it), and an emulator that says what is to be seen on it. */
import { type ChildProcess, spawn } from "node:child_process";
import { Terminal } from "@xterm/headless";
import { main } from "../command.ts";

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

export class TestTerminal {
  /** The exit code, when it has ended. */
  code: number | null = null;
  private readonly emulator: Terminal;
  private readonly child: ChildProcess;

  constructor(arguments_: readonly string[], { columns, rows }: { columns: number; rows: number }) {
    this.emulator = new Terminal({ cols: columns, rows, scrollback: 1000, allowProposedApi: true });
    const command = [process.execPath, main, ...arguments_].map(quote).join(" ");
    this.child = spawn(
      "script",
      ["-qefc", `stty cols ${columns} rows ${rows}; exec ${command}`, "/dev/null"],
      {
        env: { ...process.env, TERM: "xterm-256color", SHELL: "/bin/sh" },
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    this.child.stdout?.on("data", (bytes: Buffer) => this.emulator.write(bytes));
    this.child.on("close", (code) => {
      this.code = code;
    });
  }

  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  /** All rows, also those that have scrolled away, up to the cursor's; without the spaces at their ends. */
  get text(): string {
    const { active } = this.emulator.buffer;
    const rows: string[] = [];
    for (let at = 0; at <= active.baseY + active.cursorY; at++) {
      const row = active.getLine(at);
      const text = row?.translateToString(true) ?? "";
      if (row?.isWrapped) rows.push((rows.pop() ?? "") + text);
      else rows.push(text);
    }
    return rows.map((row) => row.trimEnd()).join("\n");
  }

  /** Hangs up. (Of the signals that it could be sent, script heeds this one.) */
  end(): void {
    this.child.kill("SIGTERM");
  }
}
