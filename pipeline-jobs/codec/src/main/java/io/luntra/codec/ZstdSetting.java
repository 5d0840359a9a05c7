package io.luntra.codec;

import com.github.luben.zstd.ZstdCompressCtx;

/**
 * Compression parameters, all of them fixed, since the bytes of a release follow from them. Not
 * strategies 3 to 5: their row-based match finder salts its hashes with what a context did before.
 */
enum ZstdSetting {
  /** Numbers: long matches only, so that nearly all is left to the Huffman stage. */
  NUMBERS(1, 20, 6, 6, 1, 7),
  /** Text, graphs, indexes. */
  GENERAL(6, 22, 18, 18, 4, 4);

  private static final int ANY_LEVEL = 1;

  private final int strategy;
  private final int windowLog;
  private final int hashLog;
  private final int chainLog;
  private final int searchLog;
  private final int minMatch;

  ZstdSetting(int strategy, int windowLog, int hashLog, int chainLog, int searchLog, int minMatch) {
    this.strategy = strategy;
    this.windowLog = windowLog;
    this.hashLog = hashLog;
    this.chainLog = chainLog;
    this.searchLog = searchLog;
    this.minMatch = minMatch;
  }

  ZstdCompressCtx open() {
    return new ZstdCompressCtx()
        .setLevel(ANY_LEVEL)
        .setStrategy(strategy)
        .setWindowLog(windowLog)
        .setHashLog(hashLog)
        .setChainLog(chainLog)
        .setSearchLog(searchLog)
        .setMinMatch(minMatch)
        .setChecksum(false)
        .setDictID(false)
        .setContentSize(false);
  }
}
