import { defineConfig } from "vitest/config";

/**
 * Quick claims first, two files at a time: whoever broke something hears of it before the long proofs begin. Real processes have
 * the machine for themselves, and so have proofs, which use all cores.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "claims",
          include: ["test/**/*.test.ts"],
          exclude: ["test/proofs/**", "test/processes/**", "test/conformance/{real,native,standing}.test.ts"],
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "processes",
          include: ["test/processes/**/*.test.ts", "test/conformance/{real,native,standing}.test.ts"],
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: "proofs",
          include: ["test/proofs/**/*.test.ts"],
          sequence: { groupOrder: 2 },
          maxWorkers: 1,
          testTimeout: 600_000,
        },
      },
    ],
  },
});
