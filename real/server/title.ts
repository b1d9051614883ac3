/**
 * Titles of processes, which ps(1), top(1) and kill(1) show, and which `papaya ps` reads: role, number of the client, peer,
 * session, and what has gone through. They are written into the process's own memory, so that keeping them costs no call.
 */

/** What a cluster's processes are there for. */
export interface Cluster {
  readonly number: number;
  readonly peer: string;
  readonly session: string;
}

export interface Traffic {
  /** Lines stored, or lines written to the client. */
  readonly lines: number;
  /** For SEND: bytes read from the log that the client has not taken yet. */
  readonly unsent: number;
}

export interface Titled {
  readonly role: string;
  /** What the role serves: a session, an address. */
  readonly what: string;
  readonly cluster: Cluster | null;
  readonly traffic: Traffic;
}

/** Room for titles in the memory of a process that is started: they cannot become longer than its arguments. */
export const roomForTitles = "-".repeat(200);

export const plainTitle = (role: string, what: string): string => `papaya ${role} ${what}`;

export const clusterTitle = (
  role: string,
  { number, peer, session }: Cluster,
  { lines, unsent }: Traffic,
): string =>
  role === "RECV"
    ? `papaya RECV[${number}] ${peer} ${session} in ${lines}`
    : `papaya SEND[${number}] ${peer} ${session} out ${lines} unsent ${unsent}`;

const ofCluster = /^papaya (RECV|SEND)\[(\d+)\] (\S+) (\S+) (?:in|out) (\d+)(?: unsent (\d+))?$/;
const plain = /^papaya (anchor|keeper|daemon) (\S*)$/;

/** What a title says; null for those of others. */
export const readTitle = (title: string): Titled | null => {
  const [, role = "", number, peer = "", session = "", lines, unsent] = ofCluster.exec(title) ?? [];
  if (role !== "")
    return {
      role,
      what: session,
      cluster: { number: Number(number), peer, session },
      traffic: { lines: Number(lines), unsent: Number(unsent ?? 0) },
    };
  const [, other, what = ""] = plain.exec(title) ?? [];
  return other === undefined ? null : { role: other, what, cluster: null, traffic: { lines: 0, unsent: 0 } };
};
