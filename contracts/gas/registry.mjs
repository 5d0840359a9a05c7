// What the registry's calls cost: releases of several shapes, opened, appended to and sealed.

import { bytesToHex, hexToBytes } from '@ethereumjs/util';

import { Account, ZERO, contractOf, sha256 } from './chain.mjs';

/** Most gas beyond the base, whatever the release. */
const LIMITS = { opened: 250_000, appended: 14_000, sealed: 250_000 };

const registryContract = contractOf('ModelRegistry');
const encode = registryContract.encode;

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
