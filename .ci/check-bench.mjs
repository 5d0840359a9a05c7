// Holds a quick benchmark's JSON against what the README promises: node check-bench.mjs REPORT
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const columns = "model codec profile bitsPerWeight ratio cosineMean cosineMeanOtherDomain nearestNeighbourAgreement similarityRmse encodeMBps decodeMBps";
for (const row of report.rows) assert.deepEqual(Object.keys(row), columns.split(" "));
assert.deepEqual(report.deltas, []);

const row = (codec, profile) => {
  const found = report.rows.find((r) => r.codec === codec && r.profile === profile);
  assert.ok(found, `${codec}, ${profile}`);
  return found;
};
const lossless = row("luntra", "lossless");
assert.ok(lossless.ratio <= 0.831 && lossless.cosineMean > 0.999999, `lossless ${lossless.ratio}`);
const int8 = row("luntra", "int8");
assert.ok(int8.bitsPerWeight <= 7.2 && int8.cosineMean >= 0.9985, `int8 ${int8.bitsPerWeight}`);
const entropy = row("luntra", "entropy, data-free for 0.9906");
assert.ok(entropy.bitsPerWeight <= 4.2 && entropy.cosineMean >= 0.9906, `entropy ${entropy.bitsPerWeight}`);
for (const peer of ["zstd -3", "Parquet BYTE_STREAM_SPLIT, zstd", "Parquet dictionary, zstd"]) {
  assert.ok(row(peer, "lossless").ratio > lossless.ratio, peer);
}
assert.ok(row("ONNX Runtime", "dynamic INT8, file").bitsPerWeight > 2 * entropy.bitsPerWeight);
console.log(`benchmark holds: ${report.rows.length} rows`);
