/** The write-ahead record of signed blob transactions; its format is in JOURNAL.md. */
package io.luntra.ethereum.journal;
