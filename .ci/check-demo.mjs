// Holds the demo's JSON report against what the README promises: node check-demo.mjs REPORT [--full] [--reused]
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const full = process.argv.includes("--full");
const reused = process.argv.includes("--reused");

assert.equal(report.ok, true);
assert.ok(Number.isInteger(report.chainId));
const releases = Object.fromEntries(report.releases.map((r) => [`${r.name}@${r.version}`, r]));
const always = ["bge-small-en@1.0", "bge-small-en@1.5"];
const more = ["all-minilm-l6-v2@1.0-int8", "all-minilm-l6-v2@1.0-lossless"];
assert.deepEqual(Object.keys(releases), full ? [...always, ...more] : always);

for (const r of report.releases) {
  assert.match(r.releaseId, /^0x[0-9a-f]{64}$/);
  assert.match(r.merkleRoot, /^0x[0-9a-f]{64}$/);
  assert.match(r.costWei, /^[1-9][0-9]*$/);
  assert.equal(r.wireBytes, r.blobs * 131072);
  assert.equal(r.blobGasUsed, r.blobs * 131072);
  assert.ok(r.transactions >= Math.ceil(r.blobs / 6));
  assert.ok(r.gasUsed > 21000 * r.transactions);
  for (const s of ["prepare", "publish", "fetch"]) assert.ok(r.seconds[s] > 0, s);
  assert.equal(r.verified, true);
  assert.equal(r.qualityByCorpus.corpora.length, 2);
  for (const c of r.qualityByCorpus.corpora) assert.ok(c.sentences >= 300);
  assert.equal(r.stagingReused, reused);
}

const [first, next] = always.map((name) => releases[name]);
for (const r of [first, next]) {
  assert.equal(r.profile, "entropy");
  assert.equal(r.bitExact, false);
  assert.ok(r.quality.cosineMean >= 0.995, `cosineMean ${r.quality.cosineMean}`);
}
assert.ok(first.bitsPerWeight <= 3.8, `bitsPerWeight ${first.bitsPerWeight}`);
assert.equal(next.parent, "bge-small-en@1.0");
assert.ok(next.encodedBytes <= 0.5 * first.encodedBytes, `delta of ${next.encodedBytes} bytes`);
assert.ok(next.blobs < first.blobs && BigInt(next.costWei) < BigInt(first.costWei));

if (full) {
  const [int8, lossless] = more.map((name) => releases[name]);
  assert.ok(int8.quality.cosineMean >= 0.9985, `cosineMean ${int8.quality.cosineMean}`);
  assert.ok(int8.bitsPerWeight <= 7.35, `bitsPerWeight ${int8.bitsPerWeight}`);
  assert.ok(int8.encodedBytes <= 0.24 * int8.inputBytes);
  assert.equal(int8.bitExact, false);
  assert.equal(lossless.bitExact, true);
  assert.ok(lossless.encodedBytes <= 0.836 * lossless.inputBytes);
  assert.ok(lossless.quality.cosineMin > 0.999999);
}
console.log(`demo report holds: ${report.releases.map((r) => `${r.name}@${r.version} ${r.blobs} blobs`).join(", ")}`);
