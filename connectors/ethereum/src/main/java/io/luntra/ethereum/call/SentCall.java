package io.luntra.ethereum.call;

import io.luntra.ethereum.node.CallReceipt;
import io.luntra.ethereum.transaction.SignedCallTransaction;

/**
 * A call that stands on chain.
 *
 * @param resumed whether an earlier run had sent it
 */
public record SentCall(SignedCallTransaction transaction, CallReceipt receipt, boolean resumed) {}
