/** What `papaya serve` is told, by flags and by a file: checked by one schema, which names the key and says what it takes. */
import { readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { parse as parseToml, TomlError } from "smol-toml";
import { z } from "zod";
import { UsageError } from "./exit.ts";

/** What each key takes; said to whoever gave it something else. */
const keys = {
  address: "an IPv4 or IPv6 address, as 127.0.0.1, 0.0.0.0, ::1 or ::",
  port: "a whole number from 0 to 65535; 0 is any that is free",
  user: "the name of an unprivileged user",
  log: "the path of the log",
  "token-file": "the path of a token file, which “papaya token” makes",
  history: "“all”, or how many of the last lines a client is sent when it comes",
  durability: "“none”, “batch” or “always”",
  "on-stop": "“drain” or “keep”",
  "drain-seconds": "a whole number of seconds, up to a day",
  state: "the path of a directory that the server may make",
  limits: "a table of clients, unauthenticated, line-bytes and token-milliseconds",
  clients: "a whole number from 1 to 10000",
  unauthenticated: "a whole number from 1 to 500",
  "line-bytes": "a whole number from 16 to 65536",
  "token-milliseconds": "a whole number from 50 to 60000",
  sessions: "a list of tables, each with a name, a log and a token-file",
  name: "letters, digits, “.”, “_” and “-”; another one for each session",
} as const;
type Key = keyof typeof keys;

const path = z.string().min(1);
const whole = (least: number, most: number) => z.int().min(least).max(most);

const limits = z.strictObject({
  clients: whole(1, 10_000).default(64),
  unauthenticated: whole(1, 500).default(64),
  "line-bytes": whole(16, 65_536).default(4096),
  "token-milliseconds": whole(50, 60_000).default(1000),
});

const session = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,32}$/),
  log: path,
  "token-file": path,
});

const schema = z.strictObject({
  address: z.union([z.ipv4(), z.ipv6()]).default("127.0.0.1"),
  port: whole(0, 65_535).default(7777),
  user: z.string().min(1).optional(),
  log: path.optional(),
  "token-file": path.optional(),
  history: z.union([z.literal("all"), whole(0, 1_000_000)]).default("all"),
  durability: z.enum(["none", "batch", "always"]).default("batch"),
  "on-stop": z.enum(["drain", "keep"]).default("drain"),
  "drain-seconds": whole(0, 86_400).default(30),
  state: path.optional(),
  limits: limits.prefault({}),
  sessions: z.array(session).min(1).optional(),
});

type Checked = z.infer<typeof schema>;

export interface SessionFiles {
  readonly name: string;
  readonly log: string;
  readonly tokenFile: string;
}

export interface ServeSettings extends Omit<Checked, "log" | "token-file" | "sessions" | "state"> {
  readonly sessions: readonly SessionFiles[];
  readonly state: string;
}

/** What was given on the command line, under the names of the keys. */
export interface Flags {
  readonly [key: string]: unknown;
  readonly limits: Readonly<Record<string, unknown>>;
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parseFile = (file: string): Record<string, unknown> => {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file}: the configuration cannot be read: ${(error as Error).message}`);
  }
  try {
    const value: unknown = extname(file) === ".json" ? JSON.parse(text) : parseToml(text);
    if (isTable(value)) return value;
    throw new Error("it is no table of keys");
  } catch (error) {
    const where = error instanceof TomlError ? `:${error.line}:${error.column}` : "";
    const [what] = (error as Error).message.split("\n");
    const remedy = extname(file) === ".json" ? "a .json file holds one object" : "every other file is TOML";
    throw new UsageError(`${file}${where}: the configuration cannot be understood: ${what} (${remedy})`);
  }
};

const pathKeys = ["log", "token-file", "state"];

/** Paths are meant from where they were written down. */
const withPaths = (table: Record<string, unknown>, from: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(table).map(([key, value]) => {
      if (pathKeys.includes(key) && typeof value === "string" && value !== "")
        return [key, resolve(from, value)];
      if (key === "sessions" && Array.isArray(value))
        return [key, value.map((one: unknown) => (isTable(one) ? withPaths(one, from) : one))];
      return [key, value];
    }),
  );

const given = (table: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined));

/** The keys that there are at the top, or in one of the tables. */
const keysIn = (table: PropertyKey | undefined): string[] =>
  Object.keys(table === "limits" ? limits.shape : table === "sessions" ? session.shape : schema.shape);

type Path = readonly PropertyKey[];

/** Where a key was given: a flag, or a place in a file. */
type Place = (path: Path) => string;

const showPath = (path: Path): string =>
  path
    .map((part) => (typeof part === "number" ? `[${part + 1}]` : `.${String(part)}`))
    .join("")
    .slice(1);

/** The key that a problem is about, its place, and what the key takes. */
const problemOf = (issue: z.core.$ZodIssue, place: Place): string => {
  const at = issue.code === "unrecognized_keys" ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  const key = String(at.findLast((part) => typeof part === "string") ?? "");
  const where = place(at);
  if (issue.code === "unrecognized_keys")
    return `${where}: there is no such key. There are: ${keysIn(issue.path[0]).join(", ")}`;
  return `${where}: it takes ${keys[key as Key] ?? issue.message}`;
};

const sessionsOf = ({ sessions, log, "token-file": tokenFile }: Checked, place: Place): SessionFiles[] => {
  if (sessions !== undefined) {
    if (log !== undefined || tokenFile !== undefined)
      throw new UsageError(
        `${place(["sessions"])}: with it, “log” and “token-file” belong into each session; take them out`,
      );
    return sessions.map((one) => ({ name: one.name, log: one.log, tokenFile: one["token-file"] }));
  }
  if (log === undefined) throw new UsageError(`${place(["log"])}: it is missing; it takes ${keys.log}`);
  if (tokenFile === undefined)
    throw new UsageError(`${place(["token-file"])}: it is missing; it takes ${keys["token-file"]}`);
  return [{ name: "chat", log, tokenFile }];
};

const refuseDoubles = (sessions: readonly SessionFiles[], place: Place): void => {
  for (const key of ["name", "log"] as const) {
    const values = sessions.map((session) => session[key]);
    const double = values.find((value, at) => values.indexOf(value) < at);
    if (double !== undefined)
      throw new UsageError(
        `${place(["sessions"])}: two have the ${key} “${double}”; each needs one of its own`,
      );
  }
};

/** A chat that is written to a token's file would show the token to itself, and spoil it. */
const refuseTokensAsLogs = (sessions: readonly SessionFiles[]): void => {
  const found = sessions.find(({ log }) => sessions.some(({ tokenFile }) => tokenFile === log));
  if (found !== undefined)
    throw new UsageError(`${found.log}: this is a token file; name another file for the log`);
};

/** The settings that a file and flags make together; flags count for more. Throws UsageError: file, key, and remedy. */
export const readSettings = (file: string | undefined, flags: Flags): ServeSettings => {
  const fromFile = file === undefined ? {} : withPaths(parseFile(file), dirname(resolve(file)));
  const { limits: limitsInFlags, ...rest } = flags;
  const fromFlags = withPaths(given(rest), process.cwd());
  const limitFlags = given(limitsInFlags);
  const limitsInFile = fromFile.limits ?? {};
  const both = {
    ...fromFile,
    ...fromFlags,
    limits: isTable(limitsInFile) ? { ...limitsInFile, ...limitFlags } : limitsInFile,
  };
  const place = (path: Path): string => {
    const [key = "", limit = ""] = path.map(String);
    if (key === "limits" && limit in limitFlags) return `--${limit}`;
    return file === undefined || key in fromFlags ? `--${showPath(path)}` : `${file}: ${showPath(path)}`;
  };
  const checked = schema.safeParse(both);
  if (!checked.success)
    throw new UsageError(
      [...new Set(checked.error.issues.map((issue) => problemOf(issue, place)))].join("\npapaya: "),
    );
  const sessions = sessionsOf(checked.data, place);
  refuseDoubles(sessions, place);
  refuseTokensAsLogs(sessions);
  const { log: _, "token-file": __, sessions: ___, ...settings } = checked.data;
  return { ...settings, sessions, state: settings.state ?? `${sessions[0]?.log}.state` };
};
