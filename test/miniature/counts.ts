/** How many states and edges the miniature has, as Spin, TLC and two hand-written searches have counted them. */
export interface Counts {
  readonly clients: number;
  readonly messages: number;
  readonly states: number;
  readonly transitions: number;
}

export const counts: readonly Counts[] = [
  { clients: 2, messages: 1, states: 4_874, transitions: 11_944 },
  { clients: 2, messages: 2, states: 161_972, transitions: 486_544 },
  { clients: 2, messages: 3, states: 1_818_482, transitions: 5_693_828 },
  { clients: 3, messages: 1, states: 2_493_752, transitions: 9_694_002 },
];
