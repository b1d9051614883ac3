/** What `papaya` is proved for: the flags of `papaya check papaya`, and exactly what the search finds. */
export interface Proof {
  readonly flags: string;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
}

export const proofs: readonly Proof[] = [
  { flags: "", states: 74_579, transitions: 263_612, depth: 80 },
  { flags: "--clients 1 --messages 3", states: 2_506, transitions: 6_636, depth: 61 },
  { flags: "--segments 2", states: 127_389, transitions: 495_320, depth: 82 },
  { flags: "--token-segments 2", states: 127_427, transitions: 465_596, depth: 83 },
  { flags: "--pipelined", states: 63_053, transitions: 219_012, depth: 78 },
  { flags: "--clients 1 --strangers 1", states: 4_919, transitions: 14_683, depth: 46 },
  { flags: "--strangers 1", states: 2_209_957, transitions: 9_631_646, depth: 90 },
  { flags: "--messages 2", states: 3_046_189, transitions: 12_880_474, depth: 100 },
  { flags: "--faults short-write=1,disk-full=1", states: 329_655, transitions: 1_177_312, depth: 81 },
  { flags: "--faults daemon-restart=1", states: 419_850, transitions: 1_569_745, depth: 85 },
  { flags: "--faults crash=1", states: 1_044_065, transitions: 4_132_368, depth: 85 },
  { flags: "--faults stop=1,cont=1", states: 2_065_131, transitions: 8_190_436, depth: 82 },
  { flags: "--faults never-reads=1,cont=1", states: 378_559, transitions: 1_584_720, depth: 82 },
  { flags: "--faults crash=1,short-write=1", states: 2_011_857, transitions: 7_991_138, depth: 86 },
  { flags: "--clients 1 --strangers 3", states: 1_994_264, transitions: 8_627_774, depth: 66 },
  {
    flags: "--clients 1 --messages 2 --faults crash=1,short-write=1,disk-full=1",
    states: 37_312,
    transitions: 110_259,
    depth: 61,
  },
  { flags: "--faults disconnect=1,return=1", states: 21_402_217, transitions: 105_272_158, depth: 105 },
];

/** The table of docs/properties.md. */
export const proofTable = (): string =>
  [
    "| `papaya check papaya …` | states | transitions | depth |",
    "| --- | ---: | ---: | ---: |",
    ...proofs.map(
      ({ flags, states, transitions, depth }) =>
        `| ${flags === "" ? "(two clients, one line each)" : `\`${flags}\``} | ${states.toLocaleString("en-US")} | ${transitions.toLocaleString("en-US")} | ${depth} |`,
    ),
  ].join("\n");
