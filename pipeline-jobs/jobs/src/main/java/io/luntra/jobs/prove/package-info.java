/** Proofs of what published releases hold: made from the chain, and held against it. */
package io.luntra.jobs.prove;
