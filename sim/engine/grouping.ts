/**
 * Which cells belong together: those of one process, those of one connection. A group of cells has one number in a row, so
 * rows stay short, and a permutation of clients maps groups to groups. A matter of speed alone: whatever is put together
 * here, the search means the same.
 */

/** Kinds of cells whose second part is the name of a process. */
const ofProcesses = new Set([
  "process",
  "state",
  "context",
  "moved",
  "signal",
  "zombies",
  "children",
  "started",
]);

const connection = (index: string): string => `connection[${index}]`;

/** A description or a stream is called after a process, or after the connection that it is an end of. */
const ownerOf = (id: string): string => {
  const named = /\[([^\]]*)\][^[\]]*$/.exec(id.replace(/^[^.]*\./, ""));
  if (named !== null) return connection(named[1] ?? "");
  const direction = id.lastIndexOf(".");
  const owner = direction < 0 ? id : id.slice(0, direction);
  return /^\d/.test(owner) ? connection(owner) : owner.replace(/\]\..*$/, "]");
};

/** The name of a cell's group. */
export const groupOf = (cell: string): string => {
  const [kind = "", entity = "", ...rest] = cell.split("/");
  if (ofProcesses.has(kind)) return entity;
  if (kind === "description" || kind === "offset" || kind === "stream")
    return ownerOf([entity, ...rest].join("/"));
  if (kind !== "observer") return cell;
  const key = rest.join("/");
  if (key === "") return cell;
  return /^\d/.test(key) ? connection(key) : key;
};
