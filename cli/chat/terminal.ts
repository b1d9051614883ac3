/**
 * A chat in a terminal. Node's readline edits the line, but draws nothing: what is on the screen is drawn here, in one piece,
 * so that lines may come in while somebody types.
 */
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { Chat, harmless, type Over, readable, type Standing } from "../../real/client/index.ts";
import { colors } from "../output.ts";
import { draw, erase, type Footer, fitRow, inputRow } from "./footer.ts";
import { Keys } from "./keys.ts";
import type { Party } from "./party.ts";
import { standingText, toldTexts } from "./words.ts";

/** Most rows of own lines on their way. */
const mostUnderWay = 3;
/** How long leaving with Ctrl-D waits for own lines to come back, in milliseconds. */
const grace = 2_000;

/** What stands on a row that nothing has been drawn on. */
const noFooter: Footer = { rows: [fitRow("", 1)], cursor: 0 };

const signals = ["SIGTERM", "SIGHUP"] as const;

export class TerminalChat {
  private readonly keys = new Keys(process.stdin);
  private readonly editor: Interface;
  private readonly chat: Chat;
  private readonly out = process.stdout;
  private footer: Footer | null = null;
  private wasAway = false;
  private isDue = false;
  private readonly redraw = (): void => {
    if (this.isDue) return;
    this.isDue = true;
    // Readline handles a key after whoever is told of it.
    setImmediate(() => {
      this.isDue = false;
      if (this.footer !== null) this.print([]);
    });
  };

  constructor(private readonly party: Party) {
    const nowhere = new Writable({ write: (_bytes, _encoding, done) => done() });
    this.editor = createInterface({
      input: this.keys,
      output: nowhere,
      terminal: true,
      completer: (text: string) => [[], text], // no Tab in any line
    });
    this.footer = noFooter;
    this.chat = new Chat(party.address, party.token, {
      hear: (told) => this.print(toldTexts(told)),
      note: (standing) => this.note(standing),
    });
    this.editor.on("line", (text) => this.say(text));
    this.editor.on("SIGINT", () => this.chat.leave());
    this.editor.on("close", () => this.leaveGently());
    this.editor.on("SIGTSTP", () => this.suspend());
    this.keys.on("keypress", this.redraw);
    this.out.on("resize", this.redraw);
    this.out.on("drain", () => this.chat.resume());
    for (const signal of signals) process.on(signal, () => this.chat.leave());
  }

  /** Until somebody leaves, or it cannot go on. */
  async untilOver(): Promise<Over> {
    this.chat.start();
    const over = await this.chat.over;
    if (this.footer !== null) this.out.write(erase(this.footer, this.columns));
    this.footer = null;
    this.editor.close();
    process.stdin.destroy(); // nothing that is typed from now on is for us
    return over;
  }

  private get columns(): number {
    return Math.max(1, this.out.columns || 80);
  }

  private say(text: string): void {
    if (text.trim() === "") return this.redraw();
    const { line, problem } = this.party.lineOf(text);
    if (problem === null) this.chat.say(line);
    else this.print([colors.red(`* not sent: ${problem}`)]);
  }

  private note(standing: Standing): void {
    const isAway = standing.type === "away";
    const news =
      isAway && !this.wasAway
        ? [colors.yellow(`* the connection is gone: ${standing.problem}`)]
        : standing.type === "live" && this.wasAway
          ? [colors.yellow("* connected again")]
          : [];
    this.wasAway = isAway || (this.wasAway && standing.type !== "live");
    if (this.footer !== null) this.print(news);
  }

  /** Ctrl-Z: the footer is taken away, and drawn anew below what others have written meanwhile. */
  private suspend(): void {
    if (this.footer !== null) this.out.write(erase(this.footer, this.columns));
    this.keys.setRawMode(false);
    process.once("SIGCONT", () => {
      this.keys.setRawMode(true);
      this.footer = noFooter;
      this.redraw();
    });
    process.kill(process.pid, "SIGTSTP");
  }

  /** Ctrl-D: own lines may still come back. */
  private leaveGently(): void {
    const deadline = performance.now() + grace;
    const look = () => {
      if (this.chat.isSettled || performance.now() > deadline) this.chat.leave();
      else setTimeout(look, 10);
    };
    look();
  }

  /** Prints lines above the footer, and the footer anew. Whether there is room for more. */
  private print(lines: readonly string[]): boolean {
    const before = this.footer === null ? "" : erase(this.footer, this.columns);
    this.footer = this.compose();
    return this.out.write(`${before}${lines.map((line) => `${line}\r\n`).join("")}${draw(this.footer)}`);
  }

  private compose(): Footer {
    const { columns } = this;
    const { underWay, standing } = this.chat;
    const hidden = underWay.length - mostUnderWay;
    const own = underWay.slice(-mostUnderWay).map((line) => `… ${readable(line)}`);
    const notes = [
      ...(hidden > 0 ? [`… ${hidden} more`] : []),
      ...own,
      ...[standingText(standing, this.party.server)].filter((text) => text !== ""),
    ];
    const { line, cursor } = this.editor;
    const input = inputRow(`${this.party.name}> `, harmless(line), cursor, columns);
    return {
      rows: [...notes.map((text) => fitRow(text, columns, colors.dim)), input.row],
      cursor: input.cursor,
    };
  }
}
