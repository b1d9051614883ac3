/** One state of the world as progress properties see it. Each question reads no more cells than its answer depends on. */
import type { Moment, Setting } from "../model/index.ts";
import { type Cells, kernelOn, requestNow, rosterCell, stateCell } from "./kernel/index.ts";

export const momentIn = (setting: Setting, cells: Cells, isQuiescent: boolean): Moment => {
  const kernel = kernelOn(setting, cells);
  return {
    isQuiescent,
    get processes() {
      return cells.get(rosterCell) ?? [];
    },
    stateOf: (process) => cells.get(stateCell(process)) ?? "",
    requestOf: (process) => requestNow(kernel, process) ?? null,
  };
};
