// Holds the demo's JSON report against what the README promises: node check-demo.mjs REPORT [--full] [--reused]
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const full = process.argv.includes("--full");
const reused = process.argv.includes("--reused");

assert.equal(report.ok, true);
assert.ok(Number.isInteger(report.chainId));
const profiles = Object.fromEntries(report.releases.map((r) => [r.profile, r]));
assert.deepEqual(Object.keys(profiles).sort(), full ? ["int8", "lossless"] : ["int8"]);

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

const int8 = profiles.int8;
assert.ok(int8.quality.cosineMean >= 0.9985, `cosineMean ${int8.quality.cosineMean}`);
assert.ok(int8.bitsPerWeight <= 7.4, `bitsPerWeight ${int8.bitsPerWeight}`);
assert.ok(int8.encodedBytes <= 0.24 * int8.inputBytes);
assert.equal(int8.bitExact, false);

if (full) {
  const lossless = profiles.lossless;
  assert.equal(lossless.bitExact, true);
  assert.ok(lossless.encodedBytes <= 0.845 * lossless.inputBytes);
  assert.equal(lossless.quality.cosineMin > 0.999999, true);
}
console.log(`demo report holds: ${report.releases.map((r) => `${r.profile} ${r.blobs} blobs`).join(", ")}`);
