// What proofs of a blob's contents cost: one field element, and payload of 31 bytes (one element),
// 127 bytes (a group of four) and 381 (three groups), under a Merkle root of a million blobs. All is
// proven of the zero blob, whose openings are points at infinity: gas does not depend on values.

import { hexToBytes } from '@ethereumjs/util';

import { Account, INFINITY, VERSIONED_HASH, contractOf, sha256 } from './chain.mjs';

const DEPTH = 20;
/** Most gas beyond the base. */
const LIMITS = { element: 110_000, payload31: 110_000, payload127: 320_000, payload381: 900_000 };

const registryContract = contractOf('ModelRegistry');
const proofsContract = contractOf('BlobProofs');

const word = (value) => BigInt(value).toString(16).padStart(64, '0');

/** A release of one blob, sealed with a root to which its leaf and these siblings lead. */
async function release(registry, owner, siblings) {
  const lanes = [owner.address];
  const open = { creator: owner.address, model: 'acme/proven', version: '1.0', lanes };
  await owner.sendBlobs(registry, registryContract.encode('open', { ...open, blobCount: 1n }), 1);
  const id = await owner.chain.call('eth_call', {
    to: registry,
    data: registryContract.encode('releaseIdOf', open),
  });
  const leaf = [word(1), word(1), id.slice(2), word(0), VERSIONED_HASH.slice(2)].join('');
  const keccak = (hex) => owner.chain.call('web3_sha3', '0x' + hex);
  let root = await keccak((await keccak(leaf)).slice(2));
  for (const sibling of siblings) {
    root = await keccak([root.slice(2), sibling].sort().join(''));
  }
  const seal = {
    releaseId: hexToBytes(id),
    merkleRoot: hexToBytes(root),
    lanes,
    accumulators: [hexToBytes(owner.accumulator)],
    parents: [],
  };
  await owner.sendBlobs(registry, registryContract.encode('seal', seal), 1);
  return hexToBytes(id);
}

/** @returns one row of figures */
export async function measureProofs(chain) {
  const owner = new Account(chain, 'prover');
  await owner.fund();
  const registry = await owner.deploy(registryContract);
  const proofs = await owner.deploy(proofsContract, registry.slice(2).padStart(64, '0'));
  const siblings = Array.from({ length: DEPTH }, (_, i) => sha256(`${i}`).toString('hex'));
  const blob = {
    releaseId: await release(registry, owner, siblings),
    kind: 1n,
    index: 0n,
    commitment: hexToBytes(INFINITY),
    siblings: siblings.map((sibling) => hexToBytes('0x' + sibling)),
  };
  const opening = { value: 0n, proof: hexToBytes(INFINITY) };
  const send = (method, input) => owner.send(proofs, proofsContract.encode(method, input));
  const payload = (to, elements) =>
    send('payloadOf', { blob, from: 0n, to, openings: Array(elements).fill(opening) });
  const element = await send('verifyElement', { blob, element: 4095n, opening });
  const payload31 = await payload(31n, 1);
  const payload127 = await payload(127n, 4);
  const payload381 = await payload(381n, 12);
  return { rows: [{ siblings: DEPTH, element, payload31, payload127, payload381 }], limits: LIMITS };
}
