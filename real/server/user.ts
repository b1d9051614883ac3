/** Root gives itself up: for good, and before anything is read from the network. */
import koffi from "koffi";
import { ProcessTrouble } from "../trouble.ts";

const libc = koffi.load(null);
const passwd = koffi.struct("passwd", {
  pw_name: "const char *",
  pw_passwd: "const char *",
  pw_uid: "unsigned int",
  pw_gid: "unsigned int",
  pw_gecos: "const char *",
  pw_dir: "const char *",
  pw_shell: "const char *",
});
const getpwnam = libc.func("passwd *getpwnam(const char *name)");

interface Account {
  readonly uid: number;
  readonly gid: number;
}

const accountOf = (name: string): Account | null => {
  const found: unknown = getpwnam(name);
  if (found === null) return null;
  const { pw_uid: uid, pw_gid: gid } = koffi.decode(found, passwd) as { pw_uid: number; pw_gid: number };
  return { uid, gid };
};

/**
 * Becomes a user, with that user's group and no other one, and makes sure that there is no way back. Files that are made from
 * now on are this user's alone. Without a name nothing changes but that. Throws ProcessTrouble where it cannot be done.
 */
export const becomeUser = (name: string | undefined): void => {
  process.umask(0o077);
  const isRoot = process.geteuid?.() === 0;
  if (name === undefined) {
    if (isRoot)
      throw new ProcessTrouble(
        "user: the server does not run as root. Name an unprivileged user: --user papaya (“useradd --system papaya” makes one).",
      );
    return;
  }
  const account = accountOf(name);
  if (account === null)
    throw new ProcessTrouble(`user: there is no user “${name}”. “useradd --system ${name}” makes one.`);
  if (account.uid === 0) throw new ProcessTrouble(`user: “${name}” is root. Name an unprivileged user.`);
  if (!isRoot) {
    if (account.uid === process.geteuid?.()) return;
    throw new ProcessTrouble(`user: only root can become “${name}”. Leave “user” out, or start it as root.`);
  }
  process.setgroups?.([]);
  process.setgid?.(account.gid);
  process.setuid?.(account.uid);
  if (canReturn()) throw new ProcessTrouble(`user: root could not be given up for “${name}”`);
};

/** Whether this process could still become root, or belongs to a group of root's. */
const canReturn = (): boolean => {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    const groups = process.getgroups?.() ?? [];
    return groups.some((group) => group !== process.getegid?.()) || process.getgid?.() === 0;
  }
};
