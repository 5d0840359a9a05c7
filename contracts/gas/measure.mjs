// Measures what the registry's calls cost, from the receipts of real blob transactions on the local
// chain (anvil). Fails when one is over its limit, or is not what gas/figures.json says. Run in
// contracts/ after the Maven build: npm run gas, or npm run gas -- --write for new figures.
//
// Figures are gas beyond a transaction's base of 21,000, call data included, blob gas not. The blobs
// are all zero: their commitment and proofs are the point at infinity, so no KZG is needed here.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Hardfork, Mainnet, createCustomCommon } from '@ethereumjs/common';
import { createBlob4844Tx, createLegacyTx } from '@ethereumjs/tx';
import { bytesToHex, createAddressFromPrivateKey, hexToBytes } from '@ethereumjs/util';
import { createContract } from 'micro-eth-signer/abi.js';

const BASE_GAS = 21_000;
const LIMITS = { append: 14_000, open: 250_000, seal: 250_000 };
const CHAIN_ID = 31337;
const CELLS_PER_EXT_BLOB = 128;
const ZERO_BLOB = '0x' + '00'.repeat(131_072);
const INFINITY = '0xc0' + '00'.repeat(47);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const VERSIONED_HASH = '0x01' + sha256(hexToBytes(INFINITY)).toString('hex').slice(2);
const ZERO = '0x' + '00'.repeat(32);

const moduleFile = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const FIGURES = moduleFile('gas/figures.json');
const compiled = JSON.parse(readFileSync(moduleFile('out/ModelRegistry.sol/ModelRegistry.json')));
const contract = createContract(compiled.abi);
const common = createCustomCommon({ name: 'anvil', chainId: CHAIN_ID }, Mainnet, {
  hardfork: Hardfork.Osaka,
  customCrypto: { kzg: {} },
});
const FEES = {
  maxFeePerGas: '0x2540be400',
  maxPriorityFeePerGas: '0x1',
  maxFeePerBlobGas: '0x2540be400',
  gasLimit: '0xf42400',
};

function startAnvil() {
  const tools = moduleFile('node_modules/@foundry-rs');
  const platform = readdirSync(tools).find((name) => name.startsWith('anvil-'));
  const anvil = spawn(
    `${tools}/${platform}/bin/anvil`,
    ['--host', '127.0.0.1', '--port', '0', '--hardfork', 'osaka', '--no-request-size-limit'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    let output = '';
    anvil.on('error', reject);
    anvil.on('exit', (code) => reject(new Error(`anvil ended with ${code}: ${output}`)));
    anvil.stdout.on('data', (data) => {
      output += data;
      const address = /Listening on (\S+)/.exec(output);
      if (address) resolve({ anvil, url: `http://${address[1]}` });
    });
  });
}

class Chain {
  constructor(url) {
    this.url = url;
  }

  async call(method, ...params) {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.url, { method: 'POST', headers, body });
    const { result, error } = await response.json();
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Sends, and answers with the receipt; anvil mines each transaction as it comes. */
  async send(tx) {
    const receipt = await this.call('eth_sendRawTransactionSync', bytesToHex(tx));
    if (receipt.status !== '0x1') throw new Error(`${receipt.transactionHash} reverted`);
    return receipt;
  }
}

class Lane {
  constructor(chain, name) {
    this.chain = chain;
    this.key = sha256(name);
    this.address = createAddressFromPrivateKey(this.key).toString();
    this.nonce = 0;
    this.accumulator = ZERO;
  }

  fund() {
    return this.chain.call('anvil_setBalance', this.address, '0x56bc75e2d63100000');
  }

  async deploy() {
    const data = compiled.bytecode.object;
    const { maxFeePerGas: gasPrice, gasLimit } = FEES;
    const fields = { nonce: this.nonce++, gasPrice, gasLimit, data };
    const tx = createLegacyTx(fields, { common, allowUnlimitedInitCodeSize: true });
    return (await this.chain.send(tx.sign(this.key).serialize())).contractAddress;
  }

  /** @returns gas beyond the base */
  async sendBlobs(to, data, count) {
    const repeat = (value, times) => Array(times).fill(value);
    const tx = createBlob4844Tx(
      {
        ...FEES,
        chainId: CHAIN_ID,
        nonce: this.nonce++,
        to,
        data,
        networkWrapperVersion: 1,
        blobs: repeat(ZERO_BLOB, count),
        kzgCommitments: repeat(INFINITY, count),
        kzgProofs: repeat(INFINITY, count * CELLS_PER_EXT_BLOB),
        blobVersionedHashes: repeat(VERSIONED_HASH, count),
      },
      { common },
    );
    const receipt = await this.chain.send(tx.sign(this.key).serializeNetworkWrapper());
    const appended = receipt.logs.find((log) => log.topics.length === 3);
    if (appended) this.accumulator = appended.data;
    return Number(receipt.gasUsed) - BASE_GAS;
  }
}

const encode = (method, input) => bytesToHex(contract[method].encodeInput(input));

async function fundedLanes(chain, count, name) {
  const lanes = Array.from({ length: count }, (_, i) => new Lane(chain, `${name} lane ${i}`));
  await Promise.all(lanes.map((lane) => lane.fund()));
  return lanes;
}

/** The first of its lanes registered the model with its first release. */
async function measureRelease(chain, registry, lanes, model, version, parents) {
  const laneCount = lanes.length;
  const blobCount = 6 * 3 + (laneCount - 1);
  const addresses = lanes.map((lane) => lane.address);

  for (const lane of lanes) lane.accumulator = ZERO;
  const open = encode('open', {
    creator: addresses[0],
    model,
    version,
    lanes: addresses,
    blobCount: BigInt(blobCount),
  });
  const opened = await lanes[0].sendBlobs(registry, open, 6);
  const releaseId = bytesToHex(
    hexToBytes(
      await chain.call('eth_call', {
        to: registry,
        data: encode('releaseIdOf', { creator: addresses[0], model, version }),
      }),
    ),
  );
  const append = (lane, count) => {
    const input = { releaseId: hexToBytes(releaseId), previous: hexToBytes(lane.accumulator) };
    return lane.sendBlobs(registry, encode('append', input), count);
  };
  const appended = Math.max(await append(lanes[0], 6), await append(lanes[0], 6));
  let first = 0;
  for (const lane of lanes.slice(1)) first = Math.max(first, await append(lane, 1));

  const seal = encode('seal', {
    releaseId: hexToBytes(releaseId),
    merkleRoot: sha256('root'),
    lanes: addresses,
    accumulators: lanes.map((lane) => hexToBytes(lane.accumulator)),
    parents: parents.map((parent) => hexToBytes(parent)),
  });
  const sealed = await lanes[0].sendBlobs(registry, seal, 6);
  const row = { laneCount, nameLength: model.length, parents: parents.length };
  return { releaseId, row: { ...row, opened, first, appended, sealed } };
}

const { anvil, url } = await startAnvil();
try {
  const chain = new Chain(url);
  const deployer = new Lane(chain, 'deployer');
  await deployer.fund();
  const registry = await deployer.deploy();
  const rows = [];
  const sealed = [];
  const measure = async (lanes, model, version, parents) => {
    const found = await measureRelease(chain, registry, lanes, model, version, parents);
    sealed.push(found.releaseId);
    rows.push(found.row);
  };
  const one = await fundedLanes(chain, 1, 'one');
  for (let i = 0; i < 8; i++) await measure(one, 'acme/mini-lm', `1.${i}.0`, sealed.slice(0, i));
  await measure(await fundedLanes(chain, 8, 'eight'), 'acme/mini-lm', '1.0.0', []);
  const sixteen = await fundedLanes(chain, 16, 'sixteen');
  await measure(sixteen, 'n'.repeat(96), 'v'.repeat(48), sealed.slice(0, 8));
  console.table(rows);
  const figures = JSON.stringify(rows, null, 2) + '\n';
  if (process.argv.includes('--write')) {
    writeFileSync(FIGURES, figures);
  } else if (readFileSync(FIGURES, 'utf8') !== figures) {
    console.error(`${FIGURES} has other figures; if these are meant: npm run gas -- --write`);
    process.exitCode = 1;
  }
  for (const { laneCount, opened, appended, sealed } of rows) {
    for (const [call, gas] of Object.entries({ open: opened, append: appended, seal: sealed })) {
      if (gas <= LIMITS[call]) continue;
      console.error(`${call} with ${laneCount} lanes: at most ${LIMITS[call]} gas, found ${gas}`);
      process.exitCode = 1;
    }
  }
} finally {
  anvil.removeAllListeners('exit');
  anvil.kill();
}
