/** Real processes cannot be run here, or do not answer: what is the matter, and what to do about it. */
export class ProcessTrouble extends Error {}
