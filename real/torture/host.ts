/** The supervisor of the server that a campaign is about, in a process of its own: so that it can be killed, too. */
import { Server, type ServerSettings } from "../server/index.ts";

/** What it is told, and what it says. */
export type HostOrder =
  | { readonly order: "start"; readonly settings: ServerSettings }
  | { readonly order: "stop" };
export type HostSaying =
  | { readonly says: "ready" | "stopped" }
  | { readonly says: string; readonly event: object };

const say = (saying: HostSaying): void => void process.send?.(saying);

let server: Server | undefined;
process.on("message", async ({ order, ...more }: HostOrder) => {
  try {
    if (order === "start" && "settings" in more) {
      server = await Server.start(more.settings, (event) => say({ says: "event", event }));
      say({ says: "ready" });
    } else {
      await server?.stop("drain");
      say({ says: "stopped" });
      process.disconnect();
    }
  } catch (error) {
    say({ says: "trouble", event: { problem: (error as Error).message } });
    process.disconnect();
  }
});
// Whoever runs the campaign has gone: the port closes, clusters go with their clients, the anchor with the clusters; but who was
// stopped has to be woken for that.
process.on("disconnect", () => {
  for (const { pid } of server?.inhabitants() ?? []) process.kill(pid, "SIGCONT");
  process.exit(0);
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
