// What terms, purchases and withdrawals cost in the license market: terms with five payees, sold at
// the full price and on vouchers.

import { bytesToHex, hexToBytes } from '@ethereumjs/util';

import { Account, CHAIN_ID, ZERO, contractOf, sha256 } from './chain.mjs';

/** Most gas beyond the base. */
const LIMITS = {
  firstPurchase: 300_000,
  laterPurchase: 200_000,
  firstWithVoucher: 300_000,
  laterWithVoucher: 200_000,
  firstInTokens: 300_000,
  laterInTokens: 200_000,
};

const NOBODY = '0x' + '00'.repeat(20);
const PAYEES = 5;
const CLINIC = sha256('clinic');
const EUROPE = sha256('europe');
const registryContract = contractOf('ModelRegistry');
const marketContract = contractOf('LicenseMarket');
const tokenContract = contractOf('Token', 'Tokens');

/** A sealed release of one blob. */
async function release(registry, owner) {
  const lanes = [owner.address];
  const open = { creator: owner.address, model: 'acme/licensed', version: '1.0', lanes };
  await owner.sendBlobs(registry, registryContract.encode('open', { ...open, blobCount: 1n }), 1);
  const id = await owner.chain.call('eth_call', {
    to: registry,
    data: registryContract.encode('releaseIdOf', open),
  });
  const seal = {
    releaseId: hexToBytes(id),
    merkleRoot: sha256('root'),
    lanes,
    accumulators: [hexToBytes(owner.accumulator)],
    parents: [],
  };
  await owner.sendBlobs(registry, registryContract.encode('seal', seal), 1);
  return hexToBytes(id);
}

function termsOf(attester) {
  return {
    uses: 3n,
    currency: NOBODY,
    price: 100_000n,
    classes: [
      { class: sha256('academic'), price: 0n },
      { class: CLINIC, price: 10_000n },
      { class: sha256('hospital system'), price: 100_000n },
    ],
    regions: [
      { region: EUROPE, multiplierBps: 9_000n },
      { region: sha256('low income'), multiplierBps: 2_500n },
    ],
    duration: 31_536_000n,
    seats: 5n,
    units: 0n,
    unitPrice: 0n,
    attesters: [attester],
    priceRule: NOBODY,
    minPriceBps: 0n,
    maxPriceBps: 10_000n,
    royaltyBps: 500n,
    payees: Array.from({ length: PAYEES }, (_, i) => ({
      account: bytesToHex(sha256(`payee ${i}`).subarray(0, 20)),
      bps: 2_000n,
    })),
    royalties: [],
  };
}

/** Signed by an account of anvil's. */
function signVoucher(chain, market, buyer, releaseId, voucher) {
  const types = {
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'chainId', type: 'uint256' },
      { name: 'verifyingContract', type: 'address' },
    ],
    Voucher: [
      { name: 'buyer', type: 'address' },
      { name: 'releaseId', type: 'bytes32' },
      { name: 'quantity', type: 'uint16' },
      { name: 'attester', type: 'address' },
      { name: 'class', type: 'bytes32' },
      { name: 'region', type: 'bytes32' },
      { name: 'maxPrice', type: 'uint128' },
      { name: 'deadline', type: 'uint64' },
      { name: 'nonce', type: 'uint256' },
    ],
  };
  return chain.call('eth_signTypedData_v4', voucher.attester, {
    types,
    primaryType: 'Voucher',
    domain: {
      name: 'Luntra license market',
      version: '1',
      chainId: CHAIN_ID,
      verifyingContract: market,
    },
    message: {
      buyer,
      releaseId: bytesToHex(releaseId),
      quantity: 1,
      attester: voucher.attester,
      class: bytesToHex(voucher.class),
      region: bytesToHex(voucher.region),
      maxPrice: String(voucher.maxPrice),
      deadline: String(voucher.deadline),
      nonce: String(voucher.nonce),
    },
  });
}

/** @returns one row of figures */
export async function measureMarket(chain) {
  const owner = new Account(chain, 'owner');
  const buyers = [1, 2, 3, 4, 5, 6].map((i) => new Account(chain, `buyer ${i}`));
  await Promise.all([owner, ...buyers].map((account) => account.fund()));
  const registry = await owner.deploy(registryContract);
  const market = await owner.deploy(marketContract, registry.slice(2).padStart(64, '0'));
  const releaseId = await release(registry, owner);
  const [attester] = await chain.call('eth_accounts');
  const terms = termsOf(attester);
  const termsPublished = await owner.send(
    market,
    marketContract.encode('publishTerms', { releaseId, terms }),
  );

  const deadline = BigInt(2 ** 40);
  const none = {
    attester: NOBODY,
    class: hexToBytes(ZERO),
    region: hexToBytes(ZERO),
    maxPrice: 0n,
    deadline: 0n,
    nonce: 0n,
  };
  const buy = (buyer, price, voucher, signature) => {
    const order = {
      releaseId,
      licensee: buyer.address,
      quantity: 1n,
      maxPrice: terms.price,
      deadline,
    };
    const input = { terms, order, voucher, signature: hexToBytes(signature) };
    return buyer.send(market, marketContract.encode('buy', input), price);
  };
  const firstPurchase = await buy(buyers[0], terms.price, none, '0x');
  const laterPurchase = await buy(buyers[1], terms.price, none, '0x');
  const withVoucher = async (buyer, nonce) => {
    const voucher = {
      attester,
      class: CLINIC,
      region: EUROPE,
      maxPrice: 10_000n,
      deadline,
      nonce,
    };
    const signature = await signVoucher(chain, market, buyer.address, releaseId, voucher);
    return buy(buyer, 9_000n, voucher, signature);
  };
  const firstWithVoucher = await withVoucher(buyers[2], 7n);
  const laterWithVoucher = await withVoucher(buyers[3], 8n);

  const token = await owner.deploy(tokenContract);
  terms.currency = token;
  await owner.send(market, marketContract.encode('publishTerms', { releaseId, terms }));
  const inTokens = async (buyer) => {
    const minted = { account: buyer.address, amount: 2n * terms.price };
    await owner.send(token, tokenContract.encode('mint', minted));
    const approval = { spender: market, value: terms.price };
    await buyer.send(token, tokenContract.encode('approve', approval));
    return buy(buyer, 0n, none, '0x');
  };
  const firstInTokens = await inTokens(buyers[4]);
  const laterInTokens = await inTokens(buyers[5]);
  const purchases = {
    firstPurchase,
    laterPurchase,
    firstWithVoucher,
    laterWithVoucher,
    firstInTokens,
    laterInTokens,
  };
  return {
    rows: [{ payees: PAYEES, termsPublished, ...purchases }],
    limits: LIMITS,
  };
}
