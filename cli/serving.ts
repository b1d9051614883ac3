/** For the commands about the server: where it is loaded, and how its complaints reach whoever called. */
import { UsageError } from "./exit.ts";

/** The server is loaded only where it is asked for: whoever checks a model needs neither Linux nor its C library. */
export const serverHere = async (): Promise<typeof import("../real/server/index.ts")> => {
  try {
    return await import("../real/server/index.ts");
  } catch (error) {
    throw new UsageError(`the server needs Linux with the GNU C library: ${(error as Error).message}`);
  }
};

/** Does something with the server; what is wrong with what it was told is said without a stack trace. */
export const withRemedy = async <T>(work: () => T | Promise<T>): Promise<T> => {
  const { ProcessTrouble } = await import("../real/trouble.ts");
  try {
    return await work();
  } catch (error) {
    throw error instanceof ProcessTrouble ? new UsageError(error.message) : error;
  }
};
