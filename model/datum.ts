/** Plain data: what states are made of. */
export type Datum = null | boolean | number | string | readonly Datum[] | { readonly [key: string]: Datum };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** JSON leaves out what is undefined. */
const fieldsOf = (record: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(record).filter((field) => record[field] !== undefined);

/** Whether two values would be the same text as JSON, the order of their fields included; found out without writing it. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const [fields, others] = [fieldsOf(a), fieldsOf(b)];
  return (
    fields.length === others.length &&
    fields.every((field, at) => field === others[at] && isSame(a[field], b[field]))
  );
};
