/** Critical sections: writers alone, readers together. */
import { type ProcessName, type Property, roleOf } from "../model/index.ts";
import { inside } from "./observers.ts";

export const mutualExclusion: Property = {
  id: "P3",
  name: "mutual-exclusion",
  kind: "always",
  says: "While one process writes the log in its critical section, no other process is in one.",
  observers: [inside],
  onEvent: (event, seen) => {
    if (event.type !== "return" || event.next.critical === null) return null;
    const present = Object.entries(seen.get(inside));
    const writer = present.find(([, critical]) => critical === "write");
    if (writer === undefined || present.length < 2) return null;
    const other = present.find(([name]) => name !== writer[0]);
    const doing = other?.[1] === "write" ? "to write" : "to read";
    return `${writer[0]} is in its critical section to write the log, and ${other?.[0]} is in one too, ${doing}`;
  },
};

export const readersShare: Property = {
  id: "P4",
  name: "readers-share",
  kind: "sometimes",
  says: "Two SENDs can read the log at the same time.",
  observers: [inside],
  appliesTo: (setting) => setting.clients.filter(({ stranger }) => !stranger).length > 1,
  isShownBy: (event, seen) => {
    if (event.type !== "return" || event.next.critical !== "read") return false;
    const readers = Object.keys(seen.get(inside)).filter((name) => roleOf(name as ProcessName) === "SEND");
    return readers.length > 1;
  },
};
