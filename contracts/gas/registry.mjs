// What the registry's calls cost: releases of several shapes, opened, appended to and sealed.

import { bytesToHex, hexToBytes } from '@ethereumjs/util';

import { Account, ZERO, contractOf, sha256 } from './chain.mjs';

/** Most gas beyond the base, whatever the release. */
const LIMITS = { opened: 250_000, appended: 14_000, sealed: 250_000 };

const registryContract = contractOf('ModelRegistry');
const encode = registryContract.encode;

/** 1 MB and 100 GB, at 130,048 bytes a blob. */
const SIZES = [8, 800_000];

/** What more gas the calls of a larger release may take: bytes of its numbers that are not 0. */
const MOST_BY_SIZE = 100;

async function fundedLanes(chain, count, name) {
  const lanes = Array.from({ length: count }, (_, i) => new Account(chain, `${name} lane ${i}`));
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

/** Where the registry keeps a lane's accumulator, found by its value. */
async function accumulatorSlot(chain, registry, releaseId, lane) {
  const word = (hex) => hex.slice(2).padStart(64, '0');
  for (let slot = 0; slot < 64; slot++) {
    const outer = await chain.call('web3_sha3', releaseId + word('0x' + slot.toString(16)));
    const inner = await chain.call('web3_sha3', '0x' + word(lane.address) + outer.slice(2));
    if ((await chain.call('eth_getStorageAt', registry, inner, 'latest')) === lane.accumulator) {
      return inner;
    }
  }
  throw new Error('no slot holds the accumulator ' + lane.accumulator);
}

/**
 * Opens and seals a release of so many blobs. Six are sent; that the others were is written into the
 * chain's state, since 100 GB can't be: the count is the last 4 bytes of the lane's accumulator.
 */
async function measureSize(chain, registry, lane, version, blobCount) {
  const model = 'acme/mini-lm';
  const release = { creator: lane.address, model, version };
  lane.accumulator = ZERO;
  const opened = await lane.sendBlobs(
    registry,
    encode('open', { ...release, lanes: [lane.address], blobCount: BigInt(blobCount) }),
    6,
  );
  const releaseId = await chain.call('eth_call', {
    to: registry,
    data: encode('releaseIdOf', release),
  });
  const slot = await accumulatorSlot(chain, registry, releaseId, lane);
  const sealedWith = lane.accumulator.slice(0, 58) + blobCount.toString(16).padStart(8, '0');
  await chain.call('anvil_setStorageAt', registry, slot, sealedWith);
  const sealed = await lane.sendBlobs(
    registry,
    encode('seal', {
      releaseId: hexToBytes(releaseId),
      merkleRoot: sha256('root'),
      lanes: [lane.address],
      accumulators: [hexToBytes(sealedWith)],
      parents: [],
    }),
    6,
  );
  return { blobCount, opened, sealed };
}

/** @returns a row of figures for a release of 1 MB, and one of 100 GB */
export async function measureSizes(chain) {
  const owner = new Account(chain, 'sizes');
  await owner.fund();
  const registry = await owner.deploy(registryContract);
  await measureSize(chain, registry, owner, '0.0.0', 6);
  const rows = [];
  for (const [i, size] of SIZES.entries()) {
    rows.push(await measureSize(chain, registry, owner, `1.${i}.0`, size));
  }
  const [least, greatest] = rows;
  for (const call of ['opened', 'sealed']) {
    if (Math.abs(greatest[call] - least[call]) > MOST_BY_SIZE) {
      throw new Error(`${call}: ${JSON.stringify(rows)}, expected as much gas for both`);
    }
  }
  return { rows, limits: { opened: LIMITS.opened, sealed: LIMITS.sealed } };
}

/** @returns a row of figures per release */
export async function measureRegistry(chain) {
  const deployer = new Account(chain, 'deployer');
  await deployer.fund();
  const registry = await deployer.deploy(registryContract);
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
  return { rows, limits: LIMITS };
}
