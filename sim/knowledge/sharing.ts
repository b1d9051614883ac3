/** Which runs share what they find out. */
import type { Property, Setting } from "../../model/index.ts";
import { Knowledge } from "./knowledge.ts";

const unjudged: readonly Property[] = [];
const known = new WeakMap<Setting, WeakMap<readonly Property[], Knowledge>>();

/** What is known of a setting that is judged by these properties: by this very list, or by none. `most`: bytes, about. */
export const knowledgeOf = (setting: Setting, judges: readonly Property[], most?: number): Knowledge => {
  const properties = judges.length === 0 ? unjudged : judges;
  const ofSetting = known.get(setting) ?? new WeakMap<readonly Property[], Knowledge>();
  known.set(setting, ofSetting);
  const before = ofSetting.get(properties);
  const knowledge =
    before === undefined || before.numbering.isFull ? new Knowledge(setting, properties, most) : before;
  ofSetting.set(properties, knowledge);
  return knowledge;
};
