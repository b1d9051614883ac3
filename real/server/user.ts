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

export interface Account {
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
 * Whom the server runs as: the user of that name, or without one whoever started it. Throws ProcessTrouble where that would be
 * root, or cannot be.
 */
export const accountFor = (name: string | undefined): Account => {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  if (name === undefined) {
    if (uid !== 0) return { uid, gid };
    throw new ProcessTrouble(
      "user: the server does not run as root. Name an unprivileged user, as --user papaya (“useradd --system papaya” makes one).",
    );
  }
  const account = accountOf(name);
  if (account === null)
    throw new ProcessTrouble(`user: there is no user “${name}”. “useradd --system ${name}” makes one.`);
  if (account.uid === 0) throw new ProcessTrouble(`user: “${name}” is root. Name an unprivileged user.`);
  if (uid === 0 || account.uid === uid) return account;
  throw new ProcessTrouble(`user: only root can become “${name}”. Leave “user” out, or start it as root.`);
};

/**
 * Becomes that user, with that user's group and no other one, and makes sure that there is no way back. Files that are made from
 * now on are this user's alone. Throws ProcessTrouble where it cannot be done.
 */
export const become = ({ uid, gid }: Account): void => {
  process.umask(0o077);
  if (process.geteuid?.() === 0)
    try {
      process.setgroups?.([]);
      process.setgid?.(gid);
      process.setuid?.(uid);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new ProcessTrouble(
        `user: root may not become another user here (${code}). It takes CAP_SETUID and CAP_SETGID; or let that user start it.`,
      );
    }
  if (canBeRoot()) throw new ProcessTrouble("user: root cannot be given up here");
};

/** Whether this process is root, or can become it again. */
const canBeRoot = (): boolean => {
  try {
    process.setuid?.(0);
    return true;
  } catch {
    return false;
  }
};
