// A local chain (anvil), and accounts on it that send real blob transactions. The blobs are all zero:
// their commitment and proofs are the point at infinity, so no KZG is needed here.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Hardfork, Mainnet, createCustomCommon } from '@ethereumjs/common';
import { createBlob4844Tx, createLegacyTx } from '@ethereumjs/tx';
import { bytesToHex, createAddressFromPrivateKey, hexToBytes } from '@ethereumjs/util';
import { createContract } from 'micro-eth-signer/abi.js';

const BASE_GAS = 21_000;
export const CHAIN_ID = 31337;
const CELLS_PER_EXT_BLOB = 128;
const ZERO_BLOB = '0x' + '00'.repeat(131_072);
export const INFINITY = '0xc0' + '00'.repeat(47);
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
export const VERSIONED_HASH = '0x01' + sha256(hexToBytes(INFINITY)).toString('hex').slice(2);
export const ZERO = '0x' + '00'.repeat(32);

export const moduleFile = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What forge compiled, with the encoder of its calls. */
export function contractOf(name, file = name) {
  const compiled = JSON.parse(readFileSync(moduleFile(`out/${file}.sol/${name}.json`)));
  const encoder = createContract(compiled.abi);
  return {
    bytecode: compiled.bytecode.object,
    encode: (method, input) => bytesToHex(encoder[method].encodeInput(input)),
  };
}

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

export function startAnvil() {
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

export class Chain {
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

/** An account with a key of its own, and how far its lane of a release is. */
export class Account {
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

  /** @returns its address */
  async deploy(contract, constructorArguments = '') {
    const data = contract.bytecode + constructorArguments;
    return (await this.#sendLegacy({ data })).contractAddress;
  }

  /** @returns gas beyond the base */
  async send(to, data, value = 0n) {
    return Number((await this.#sendLegacy({ to, data, value })).gasUsed) - BASE_GAS;
  }

  #sendLegacy(call) {
    const { maxFeePerGas: gasPrice, gasLimit } = FEES;
    const fields = { nonce: this.nonce++, gasPrice, gasLimit, ...call };
    const tx = createLegacyTx(fields, { common, allowUnlimitedInitCodeSize: true });
    return this.chain.send(tx.sign(this.key).serialize());
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
