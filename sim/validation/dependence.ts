/** Which processes' next steps matter to each other. */
import type { Front, Position } from "./position.ts";

const meet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => {
  for (const one of a) if (b.has(one)) return true;
  return false;
};

/** A handler runs before a call, whose effect is not known yet. */
export const isAboutToHandle = ({ options }: Front): boolean =>
  options.some(({ takes, from }) => takes === 0 && from === 0);

/** Whoever waits, or has not come to the end of its call, may yet change whatever it looks at. */
const mayWrite = (front: Front, cells: ReadonlySet<string>, isWary: boolean): boolean =>
  meet(front.writes, cells) ||
  ((isWary ? front.options.every(({ takes }) => takes === 0) : isAboutToHandle(front)) &&
    meet(front.reads, cells));

const touch = (a: Front, b: Front, isWary: boolean): boolean =>
  mayWrite(a, b.reads, isWary) || mayWrite(b, a.reads, isWary) || meet(a.writes, b.writes);

/** Tracks that one track depends on, directly or through others of them; but for pairs that can change places. */
export const dependsOn = (
  position: Position,
  due: number,
  others: readonly number[],
  areFree: (a: number, b: number) => boolean,
  /** Whether it matters more that none is missed than that there are few. */
  isWary: boolean,
): Set<number> => {
  const conflict = (a: number, b: number) =>
    touch(position.frontOf(a), position.frontOf(b), isWary) && !areFree(a, b);
  const found = new Set<number>();
  for (let news = [due]; news.length > 0; ) {
    news = others.filter((other) => !found.has(other) && news.some((one) => conflict(one, other)));
    for (const track of news) found.add(track);
  }
  return found;
};
