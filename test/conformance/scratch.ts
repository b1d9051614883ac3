import fc from "fast-check";
import { Steering } from "../../real/index.ts";
import { confront } from "./confrontation.ts";
import { course, scheduleOfProgram } from "./programs.ts";
import { showAction } from "../../model/index.ts";
const st = Steering.open();
const n = Number(process.argv[2] ?? 100), seed = Number(process.argv[3] ?? 1);
let bad = 0, steps = 0, procs=0; const t = performance.now();
const kinds = new Map<string, number>();
for (const one of fc.sample(course, { seed, numRuns: n })) {
  try {
    const r = confront(st, one);
    steps += r.steps.length; procs+=r.processes;
    if (r.divergence) {
      bad++;
      const k = r.divergence.because.replace(/[A-D](\[\d\])?/g,"P") + " | " + r.divergence.model.join(";").slice(0,100) + " | " + r.divergence.real.join(";").slice(0,100);
      kinds.set(k, (kinds.get(k) ?? 0) + 1);
      if (bad <= 6) console.log(JSON.stringify(r.divergence), "\n", scheduleOfProgram(one.program, one.segments).slice(0, r.divergence.step).map(showAction).join("\n "));
    }
  } catch (e) { bad++; console.log("ERROR", (e as Error).message, JSON.stringify(one.program).slice(0,600)); }
}
console.log([...kinds].sort((a,b)=>b[1]-a[1]).slice(0,25));
console.log(n, "bad", bad, "steps", steps, procs, "per s", (n / (performance.now() - t) * 1000).toFixed(1));
st.close();
