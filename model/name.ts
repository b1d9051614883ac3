/**
 * Names. Processes are called `daemon`, `RECV[1]`, `SEND[1.2]` (the cluster of client 1's second connection);
 * no process id ever stands in a model, a schedule or a trace.
 */

declare const brand: unique symbol;
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** `daemon`, `daemon[2]`, `RECV[1]`, `client[3]`. */
export type ProcessName = Brand<string, "ProcessName">;
/** Which connection: `1` is client 1's first, `1.2` its second. */
export type ConnectionId = Brand<string, "ConnectionId">;

export const processName = (role: string, index = ""): ProcessName =>
  (index === "" ? role : `${role}[${index}]`) as ProcessName;

/** The role of a process: `RECV` of `RECV[1.2]`. */
export const roleOf = (name: ProcessName): string => {
  const bracket = name.indexOf("[");
  return bracket < 0 ? name : name.slice(0, bracket);
};

/** The index of a process: `1.2` of `RECV[1.2]`, empty for `daemon`. */
export const indexOf = (name: ProcessName): string => /\[(.*)\]$/.exec(name)?.[1] ?? "";

export const connectionId = (client: string, nth: number): ConnectionId =>
  (nth === 1 ? client : `${client}.${nth}`) as ConnectionId;

/** The client's number of a connection or process index: `1` of `1.2`. */
export const clientOf = (index: string): string => index.split(".")[0] ?? "";

/** Orders names as people read them: `RECV[2]` before `RECV[10]`. */
export const byName = (a: string, b: string): number => collator.compare(a, b);

const collator = new Intl.Collator("en", { numeric: true });
