// Holds the benchmark of models with integer weights against what the README promises:
// node check-native.mjs REPORT. Sizes and quality only: times depend on what else a machine does.
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const row = (file) => {
  const found = report.rows.find((r) => r.file === file);
  assert.ok(found, file);
  assert.ok(found.runSeconds > 0 && found.runRatioLow <= found.runRatio && found.runRatio <= found.runRatioHigh, file);
  return found;
};
const holds = (file, ratio, cosine) => {
  const { ratio: size, cosineMean, cosineMeanOtherDomain } = row(file);
  const seen = `${file}: ${size} of the input, ${cosineMean}, ${cosineMeanOtherDomain}`;
  assert.ok(size <= ratio && Math.min(cosineMean, cosineMeanOtherDomain) >= cosine, seen);
};
holds("int8, converted", 0.26, 0.998);
holds("int4 calibrated, converted", 0.17, 0.97);
assert.equal(row("FP32, as it was published").ratio, 1);
console.log(`benchmark holds: ${report.rows.length} rows`);
