import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { problemOfName } from "../../cli/chat/party.ts";
import { readToken, UnusableToken } from "../../real/client/token.ts";

const place = mkdtempSync(join(tmpdir(), "papaya-test-"));
afterAll(() => rmSync(place, { recursive: true }));
const token = "0123456789abcdef".repeat(8);
const file = (name: string, content: string, mode = 0o600): string => {
  writeFileSync(join(place, name), content, { mode });
  return join(place, name);
};

describe("a token file", () => {
  it("is one line that only its owner may read", () =>
    expect(readToken(file("good", `${token}\n`))).toBe(token));

  it.each([
    ["others can read", () => file("open", token, 0o644), "chmod 600"],
    ["holds half a token", () => file("half", token.slice(64)), "holds 64 digits"],
    ["holds something else", () => file("else", `secret${token}`), "a token is hexadecimal digits"],
    ["is empty", () => file("empty", ""), "holds 0 digits"],
    ["does not exist", () => join(place, "missing"), "does not exist"],
    ["is a directory", () => place, "is no file"],
    ["is a device", () => "/dev/null", "is no file"],
  ])("that %s is refused; the remedy is named, and nothing that stands in it", (_, make, says) => {
    const path = make();
    const read = () => readToken(path);
    expect(read).toThrow(UnusableToken);
    expect(read).toThrow(says);
    expect(read).toThrow(path);
    expect(read).not.toThrow(/secret|0123456789abcdef/);
  });
});

describe("a name", () => {
  it.each(["ana", "дима", "ana*", "いずみ", "a b"])("may be %s", (name) =>
    expect(problemOfName(name)).toBeNull(),
  );

  it.each([
    ["", "empty"],
    [" ", "empty"],
    ["a:b", "colon"],
    ["* ana", "the words of the server"],
    ["a\x1b[31m", "control"],
    ["a\nb", "control"],
    ["x".repeat(33), "32"],
  ])("may not be %j", (name, why) => expect(problemOfName(name)).toContain(why));
});
