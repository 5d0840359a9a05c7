// Takes ABI and bytecode of the contracts that are deployed out of forge's output, as the generator
// of the Java bindings and the jar want them: target/generated-resources/io/luntra/contracts/.
// Leaves files alone that hold the same bytes already, so that nothing after it runs in vain.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const module = fileURLToPath(new URL('..', import.meta.url));
const target = join(module, 'target/generated-resources/io/luntra/contracts');

function write(name, text) {
  const path = join(target, name);
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}

mkdirSync(target, { recursive: true });
const contracts = ['ModelRegistry', 'ModelReferences', 'Attestations', 'LicenseMarket', 'BlobProofs'];
for (const name of contracts) {
  const compiled = JSON.parse(readFileSync(join(module, `out/${name}.sol/${name}.json`), 'utf8'));
  write(`${name}.abi`, JSON.stringify(compiled.abi) + '\n');
  write(`${name}.bin`, compiled.bytecode.object.replace(/^0x/, ''));
}
