// Measures what the contracts' calls cost, from the receipts of real transactions on the local chain
// (anvil). Fails when one is over its limit, or is not what gas/figures.json says. Run in contracts/
// after the Maven build: npm run gas, or npm run gas -- --write for new figures.
//
// Figures are gas beyond a transaction's base of 21,000, call data included, blob gas not.

import { readFileSync, writeFileSync } from 'node:fs';

import { Chain, moduleFile, startAnvil } from './chain.mjs';
import { measureMarket } from './market.mjs';
import { measureProofs } from './proofs.mjs';
import { measureRegistry, measureSizes } from './registry.mjs';

const FIGURES = moduleFile('gas/figures.json');

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

function checkLimits({ rows, limits }) {
  for (const row of rows) {
    for (const [call, limit] of Object.entries(limits)) {
      if (row[call] > limit) fail(`${call}: at most ${limit} gas, found ${JSON.stringify(row)}`);
    }
  }
}

const { anvil, url } = await startAnvil();
try {
  const chain = new Chain(url);
  const measured = {
    registry: await measureRegistry(chain),
    sizes: await measureSizes(chain),
    market: await measureMarket(chain),
    proofs: await measureProofs(chain),
  };
  const figures = {};
  for (const [contract, found] of Object.entries(measured)) {
    console.table(found.rows);
    checkLimits(found);
    figures[contract] = found.rows;
  }
  const text = JSON.stringify(figures, null, 2) + '\n';
  if (process.argv.includes('--write')) {
    writeFileSync(FIGURES, text);
  } else if (readFileSync(FIGURES, 'utf8') !== text) {
    fail(`${FIGURES} has other figures; if these are meant: npm run gas -- --write`);
  }
} finally {
  anvil.removeAllListeners('exit');
  anvil.kill();
}
