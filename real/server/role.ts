/** A process of the server from its fork to its end: the same loop as in an ordinary run, without a trace and with an edge. */
import { papaya } from "../../model/protocols/papaya.ts";
import type { ProcessConfiguration, RunConfiguration } from "../configuration.ts";
import { native } from "../native.ts";
import { Self } from "../self.ts";
import { settleSignals } from "../syscalls/signals.ts";
import { Doorkeeper, rightToken } from "./doorkeeper.ts";
import { tell } from "./events.ts";
import { type Edge, identity, type Post, sessionAt, showTitle } from "./post.ts";
import { Receiving } from "./receiving.ts";
import { Sending } from "./sending.ts";
import { parametersOf } from "./settings.ts";
import { Unrecorded } from "./unrecorded.ts";

/** How a process begins. */
interface Beginning {
  readonly post: Post;
  readonly configuration: ProcessConfiguration;
  readonly onSettled?: () => void;
  /** For the anchor, whose edge needs more than its post. */
  readonly edge?: (self: Self) => Edge;
  /** Descriptors that its machine knows nothing of, and that no child is to have. */
  readonly hidden?: readonly number[];
}

/** The edge of a process that is not the anchor. */
export const edgeOf = (self: Self, post: Post): Edge => {
  if (post.role === "daemon") return new Doorkeeper(self, post);
  return post.role === "RECV" ? new Receiving(self, post) : new Sending(self, post);
};

/** What its machine and its calls are told. */
export const runOf = (post: Post, log = sessionAt(post).log): RunConfiguration => {
  const { facts } = post;
  return {
    protocol: papaya.id,
    parameters: parametersOf(facts),
    token: rightToken,
    port: facts.port,
    log,
    tokenTimeout: facts.limits.authentication,
    record: false,
  };
};

/** What it is told by its parent, and what it is told by its post. */
const configured = (
  configuration: ProcessConfiguration,
  { cluster, groups }: Post,
): ProcessConfiguration => ({
  ...configuration,
  blocked: [...new Set([...configuration.blocked, "SIGTERM" as const])],
  groups: cluster === null ? configuration.groups : { chat: groups[cluster.session] ?? 0 },
});

/** The main program of every role, in a process that has just been forked. It ends with the process. */
export const beginRole = (beginning: Beginning): never => {
  const { post, onSettled } = beginning;
  try {
    const configuration = configured(beginning.configuration, post);
    const self: Self = new Self(runOf(post), post.facts.state, configuration, (child) => {
      edge.forget?.();
      return beginRole({ post: edge.successor, ...child });
    });
    const edge: Edge = beginning.edge?.(self) ?? edgeOf(self, post);
    self.hidden.push(...(beginning.hidden ?? []));
    if (post.role === "daemon") self.hidden.push(post.link);
    showTitle(post);
    settleSignals(configuration);
    onSettled?.();
    live(self, edge, post);
  } catch (error) {
    // Nothing may reach the frames of the process that this one was forked of. What an error says may quote a client.
    const frames =
      error instanceof Error ? (error.stack?.split("\n").filter((line) => /^ {4}at /.test(line)) ?? []) : [];
    process.stderr.write(`${post.role}: it could not go on\n${frames.join("\n")}\n`);
  }
  return native.exit(70) as never; // EX_SOFTWARE
};

const live = (self: Self, edge: Edge, post: Post): never => {
  const { parameters, token } = self.run;
  const life = new Unrecorded(self, edge.calls, (problem) => tellOf(self, post, problem));
  try {
    return life.run(papaya.machines[post.role]!, { parameters, token, segments: [] });
  } catch (error) {
    // The machine does not know what to do: which state it was in, and which result it got, no more.
    tellOf(self, post, error instanceof Error ? `${error.name} (${error.message.split(":")[0]})` : "unknown");
    throw error;
  }
};

const tellOf = (self: Self, post: Post, problem: string): void =>
  tell(post.facts, identity(post, self), { event: "trouble", problem });
