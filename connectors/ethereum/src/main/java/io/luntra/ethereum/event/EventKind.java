package io.luntra.ethereum.event;

import org.web3j.crypto.Hash;

/** The events that are read, by contract. */
public enum EventKind {
  // ModelRegistry
  RELEASE_OPENED("ReleaseOpened(bytes32,address,bytes32,string,string,address[],uint32)", 3),
  BATCH_APPENDED("BatchAppended(bytes32,address,bytes32)", 2),
  RELEASE_SEALED("ReleaseSealed(bytes32,bytes32,bytes32[],bytes32[],bytes32[])", 1),
  TRANSFER("Transfer(address,address,uint256)", 3),
  STATUS_SET("StatusSet(bytes32,address,uint8,bytes32,string)", 2),
  COLLABORATOR_SET("CollaboratorSet(uint256,address,uint8)", 2),

  // ModelReferences
  BRANCH_MOVED("BranchMoved(uint256,bytes32,string,bytes32,bytes32,address)", 2),
  TAG_SET("TagSet(uint256,bytes32,string,bytes32,address)", 2),

  // Attestations
  BENCHMARK_ATTESTED("BenchmarkAttested(bytes32,bytes32,address,string,string,int256,bytes32)", 3),
  BENCHMARK_REVOKED("BenchmarkRevoked(bytes32,address,string)", 2),
  IDENTITY_ATTESTED("IdentityAttested(address,address,bytes32,uint8,string,bytes32,uint64)", 3),
  IDENTITY_REVOKED("IdentityRevoked(address,address,bytes32,uint8,string,string)", 3),
  IDENTITY_CLAIMED("IdentityClaimed(address,bytes32,uint8,string,bytes32)", 2),
  IDENTITY_CLAIM_WITHDRAWN("IdentityClaimWithdrawn(address,bytes32,uint8,string,string)", 2),

  // LicenseMarket
  TERMS_PUBLISHED(
      "TermsPublished(bytes32,uint32,bytes32,(uint8,address,uint128,(bytes32,uint128)[],"
          + "(bytes32,uint16)[],uint32,uint16,uint64,uint128,address[],address,uint16,uint16,"
          + "uint16,(address,uint16)[],(bytes32,uint16)[]))",
      2),
  TERMS_WITHDRAWN("TermsWithdrawn(bytes32,uint32)", 1),
  LICENSE_ISSUED(
      "LicenseIssued(uint256,address,bytes32,uint32,uint16,uint256,uint40,bytes32,bytes32,address)",
      3),
  UNITS_BOUGHT("UnitsBought(uint256,uint64,uint256)", 1),
  LICENSE_REFUNDED("LicenseRefunded(uint256,address,uint128)", 2),
  POT_DISTRIBUTED("PotDistributed(bytes32,uint32,address,uint256)", 2),
  WITHDRAWN("Withdrawn(address,address,address,uint256)", 3);

  private final String event;
  private final String topic;
  private final int indexed;

  EventKind(String signature, int indexed) {
    this.event = signature.substring(0, signature.indexOf('('));
    this.topic = Hash.sha3String(signature);
    this.indexed = indexed;
  }

  /** The event's name in Solidity. */
  public String event() {
    return event;
  }

  /** Keccak-256 of its signature, which is its first topic: 0x and 64 lower-case digits. */
  public String topic() {
    return topic;
  }

  /** How many of its parameters are indexed, 1 to 3. */
  public int indexed() {
    return indexed;
  }
}
