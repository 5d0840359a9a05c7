// Fails when the contracts' tests reach less than 98 % of their lines or 95 % of their branches.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LEAST = { lines: 0.98, branches: 0.95 };
const module = fileURLToPath(new URL('..', import.meta.url));
const report = `${module}target/coverage.lcov`;
// Not where the build looks: coverage is measured on bytecode that was not optimized.
const FOUNDRY_OUT = 'target/coverage/out';
const FOUNDRY_CACHE_PATH = 'target/coverage/cache';

mkdirSync(`${module}target`, { recursive: true });
const { status } = spawnSync(
  `${module}build/forge`,
  ['coverage', '--report', 'lcov', '--report-file', report, '--no-match-coverage', 'test'],
  {
    cwd: module,
    env: { ...process.env, FOUNDRY_OUT, FOUNDRY_CACHE_PATH },
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
if (status !== 0) throw new Error(`forge coverage ended with ${status}`);

/** Adds up a counter of all files: LF lines found, LH hit, BRF branches found, BRH hit. */
const text = readFileSync(report, 'utf8');
const sum = (counter) =>
  [...text.matchAll(new RegExp(`^${counter}:(\\d+)$`, 'gm'))].reduce((n, m) => n + Number(m[1]), 0);
const found = { lines: [sum('LH'), sum('LF')], branches: [sum('BRH'), sum('BRF')] };
for (const [what, [hit, all]] of Object.entries(found)) {
  console.log(`${what}: ${hit} of ${all}`);
  if (!(hit / all >= LEAST[what])) {
    console.error(`${what}: at least ${100 * LEAST[what]} % must be reached`);
    process.exitCode = 1;
  }
}
