/** For the commands about the server: where it is loaded, and how its complaints reach whoever called. */
import { UsageError } from "./exit.ts";

/** The server is loaded only where it is asked for: whoever checks a model needs neither Linux nor its C library. */
const onLinux = async <T>(load: () => Promise<T>): Promise<T> => {
  try {
    return await load();
  } catch (error) {
    throw new UsageError(`the server needs Linux with the GNU C library: ${(error as Error).message}`);
  }
};

export const serverHere = (): Promise<typeof import("../real/server/index.ts")> =>
  onLinux(() => import("../real/server/index.ts"));

export const campaignHere = (): Promise<typeof import("../real/torture/index.ts")> =>
  onLinux(() => import("../real/torture/index.ts"));

/** Does something with the server; what is wrong with what it was told is said without a stack trace. */
export const withRemedy = async <T>(work: () => T | Promise<T>): Promise<T> => {
  const { ProcessTrouble } = await import("../real/trouble.ts");
  try {
    return await work();
  } catch (error) {
    throw error instanceof ProcessTrouble ? new UsageError(error.message) : error;
  }
};
