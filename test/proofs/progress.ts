/** What `papaya check PROTOCOL --endless` finds of P15: exactly how much there is, and under which fairness it breaks. */
import type { Bounds, Fairness } from "../../model/index.ts";

export interface WriterProof {
  /** A shipped protocol, or an example of docs/. */
  readonly protocol: string;
  readonly clients: number;
  readonly visitors: number;
  readonly states: number;
  readonly transitions: number;
  readonly cyclic: number;
  readonly breaks: readonly Fairness[];
}

const proof = (
  protocol: string,
  [clients, visitors]: readonly [number, number],
  [states, transitions, cyclic]: readonly [number, number, number],
  ...breaks: readonly Fairness[]
): WriterProof => ({ protocol, clients, visitors, states, transitions, cyclic, breaks });

export const writerProofs: readonly WriterProof[] = [
  proof("papaya", [1, 0], [124, 206, 72]),
  proof("papaya", [2, 0], [13_827, 44_096, 9_324], "none", "weak"),
  proof("papaya", [1, 1], [3_375, 9_971, 2_672], "none", "weak"),
  proof("papaya", [1, 2], [93_553, 400_145, 83_216], "none", "weak", "strong-lock"),
  proof("readers-exclude", [1, 2], [69_757, 279_773, 58_364], "none", "weak"),
  proof("turnstile", [2, 0], [32_821, 106_350, 19_362], "none", "weak"),
  proof("turnstile", [1, 2], [234_948, 1_008_660, 198_644], "none", "weak"),
  proof("./fair-lock.ts", [2, 0], [16_781, 53_532, 11_092], "none"),
  proof("./fair-lock.ts", [1, 2], [101_657, 434_537, 90_120], "none"),
];

/** Where the file of a protocol lies; a shipped one's name. */
export const placeOf = (protocol: string): string => protocol.replace("./", "docs/examples/");

/** What P17 is proved for. */
export const restProofs: readonly {
  readonly bounds: Partial<Bounds>;
  readonly states: number;
  readonly transitions: number;
}[] = [
  { bounds: {}, states: 59_683, transitions: 214_256 },
  {
    bounds: { clients: 1, messages: 2, strangers: 1, faults: { crash: 1 } },
    states: 197_713,
    transitions: 764_474,
  },
  {
    bounds: { clients: 1, messages: 2, strangers: 1, faults: { disconnect: 1 } },
    states: 76_509,
    transitions: 290_333,
  },
];

const mark = ({ breaks }: WriterProof, fairness: Fairness): string =>
  breaks.includes(fairness) ? "broken" : "holds";

/** The table of docs/liveness.md. */
export const writerTable = (): string =>
  [
    "| `papaya check … --properties P15 --endless …` | `none` | `weak` | `strong-lock` | states |",
    "| --- | --- | --- | --- | ---: |",
    ...writerProofs.map((one) => {
      const command = `\`${placeOf(one.protocol)} --clients ${one.clients} --visitors ${one.visitors}\``;
      const verdicts = (["none", "weak", "strong-lock"] as const).map((fairness) => mark(one, fairness));
      return `| ${[command, ...verdicts, one.states.toLocaleString("en-US")].join(" | ")} |`;
    }),
  ].join("\n");
