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
  { flags: "--clients 1 --strangers 1", states: 4_445, transitions: 13_462, depth: 46 },
  { flags: "--strangers 1", states: 2_011_945, transitions: 8_828_269, depth: 90 },
  { flags: "--messages 2", states: 3_046_189, transitions: 12_880_474, depth: 100 },
  { flags: "--faults short-write=1,disk-full=1", states: 329_655, transitions: 1_177_312, depth: 81 },
  { flags: "--faults daemon-restart=1", states: 451_501, transitions: 1_689_995, depth: 86 },
  { flags: "--faults crash=1", states: 1_070_218, transitions: 4_237_894, depth: 86 },
  { flags: "--faults stop=1,cont=1", states: 2_065_131, transitions: 8_190_436, depth: 82 },
  { flags: "--faults never-reads=1,cont=1", states: 378_119, transitions: 1_583_796, depth: 82 },
  { flags: "--faults crash=1,short-write=1", states: 2_063_452, transitions: 8_197_310, depth: 87 },
  { flags: "--clients 1 --strangers 3", states: 1_658_240, transitions: 7_242_288, depth: 66 },
  {
    flags: "--clients 1 --messages 2 --faults crash=1,short-write=1,disk-full=1",
    states: 39_323,
    transitions: 116_225,
    depth: 62,
  },
  { flags: "--clients 3 --reduce symmetry", states: 16_332_453, transitions: 85_480_061, depth: 121 },
  {
    flags: "--messages 3 --reduce symmetry,data",
    states: 10_174_566,
    transitions: 47_561_638,
    depth: 118,
  },
  {
    flags: "--faults disconnect=1,return=1 --reduce symmetry",
    states: 14_772_395,
    transitions: 72_596_401,
    depth: 109,
  },
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
