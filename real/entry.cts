/**
 * Where every real process starts. CommonJS, because nothing may start a thread before SIGUSR1 is blocked in this one:
 * threads inherit the mask, and only the main thread is ever to be interrupted.
 */
import koffi = require("koffi");

const libc = koffi.load(null);
const signals = Buffer.alloc(128);
for (const number of [10, 12])
  signals[(number - 1) >> 3] = (signals[(number - 1) >> 3] ?? 0) | (1 << ((number - 1) & 7));
libc.func("int pthread_sigmask(int how, const void *set, void *old)")(0, signals, null);

const [, , directory = "", configuration = "{}"] = process.argv;
void import("./process.js").then(({ runProcess }) => runProcess(directory, JSON.parse(configuration)));
