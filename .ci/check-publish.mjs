// Holds a simulated publication's JSON against what the README promises: node check-publish.mjs REPORT
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const key of "blobs slots spareBlobsPerSlot filledShare kBps costWei inclusionSlots lanes peakHeapBytes".split(" ")) {
  assert.ok(key in report, key);
}
assert.match(report.costWei, /^[1-9]\d*$/);
assert.ok(report.filledShare >= 0.95 && report.filledShare <= 1.05, `filled ${report.filledShare}`);
assert.ok(report.kBps >= 100, `${report.kBps} kB/s`);
assert.ok(report.blobsPerTransaction >= 5, `${report.blobsPerTransaction} blobs per transaction`);
assert.ok(report.inclusionSlots.p95 <= 3, `p95 of ${report.inclusionSlots.p95} slots`);
const fee = Number(report.blobBaseFeeMeanWei) / Number(report.blobBaseFeeMeanWithoutOursWei);
assert.ok(fee <= 1.5, `blob fee times ${fee}`);
assert.ok(report.peakHeapBytes < 200e6, `${report.peakHeapBytes} bytes live`);
console.log(`publication holds: ${report.blobs} blobs`);
