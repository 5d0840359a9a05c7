/** The publisher on a chain that is simulated slot by slot: throughput, cost, inclusion delay. */
package io.luntra.bench.publish;
