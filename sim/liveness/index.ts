/**
 * Progress under fairness: what must come about in the end, on runs that never end as well.
 *
 * - `graph` `components`   states and steps as arrays; strongly connected components of a part of them
 * - `fair` `loop`   where a fair run can stay for ever; a short loop through such a place
 * - `explore` `judge` `check`   the whole graph of a setting; whether a property holds on it; the report
 * - `lasso`      a stem and a loop, followed on the plain world
 */
export { type CheckedProgress, checkingLiveness, checkLiveness, type LivenessReport } from "./check.ts";
export { type Follow, followLasso, type Part } from "./lasso.ts";
