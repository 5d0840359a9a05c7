package io.luntra.devnet;

/**
 * A transaction that the gate let through and the node took.
 *
 * @param type EIP-2718 transaction type, 0 for a legacy one
 * @param sender 0x and 40 lower-case digits, recovered from the signature
 * @param hash 0x and 64 lower-case digits
 * @param blobs 1 to 6 for type 3, else 0
 * @param cellProofs 128 for each blob
 * @param rawBytes length of the transaction as it was sent, sidecar included
 */
public record AcceptedTransaction(
    int type, String sender, long nonce, String hash, int blobs, int cellProofs, int rawBytes) {}
