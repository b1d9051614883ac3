/** What must come about in the end, on every run that is fair: judged by `papaya check --fairness`, and nowhere else. */
import { type ProgressProperty, roleOf } from "../model/index.ts";

export const writerProgress: ProgressProperty = {
  id: "P15",
  name: "writer-progress",
  kind: "leads-to",
  says: "A RECV that waits for the exclusive lock gets it.",
  observers: [],
  // Where clients stop, so does everybody who could keep a writer waiting.
  appliesTo: ({ bounds }) => bounds.endless === true,
  waiting: ({ processes, requestOf }) =>
    processes.filter((process) => {
      const request = roleOf(process) === "RECV" ? requestOf(process) : null;
      return request?.call === "flock" && request.mode === "EX";
    }),
  because: (who) => `${who.join(" and ")} waits for the exclusive lock for ever`,
};

export const comesToRest: ProgressProperty = {
  id: "P17",
  name: "comes-to-rest",
  kind: "eventually",
  says: "When clients have said all that they have to say, the server comes to rest.",
  observers: [],
  appliesTo: ({ bounds }) => bounds.endless !== true,
  waiting: ({ isQuiescent }) => (isQuiescent ? [] : ["somebody"]),
  because: () => "the server never comes to rest, though its clients have nothing more to say",
};
