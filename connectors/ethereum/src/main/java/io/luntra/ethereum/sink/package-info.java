/** The Flink sink for BATCH jobs: references to staged releases in, sealed releases on chain. */
package io.luntra.ethereum.sink;
