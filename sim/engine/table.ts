/** Tables of numbers that grow with what is looked up in them. */

/** The table, or a longer copy of it, with room for an entry; new entries are 0. */
export const withRoomFor = (table: Int32Array, entry: number): Int32Array => {
  if (entry < table.length) return table;
  const larger = new Int32Array(Math.max(entry + 1, table.length * 2));
  larger.set(table);
  return larger;
};
