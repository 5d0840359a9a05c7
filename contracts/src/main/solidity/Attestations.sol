// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "./ModelRegistry.sol";
import {Names} from "./Names.sol";

/// @title Statements about releases and accounts, each under the address of whoever makes it.
/// @notice Anybody may state anything. Whom to believe is the reader's choice: this contract holds
/// no list of trusted attesters, and it has no owner. Only the account that made a statement may
/// revoke it; what was said, and that it was revoked, stays in the events for good.
contract Attestations {
    /// What an account is said to be.
    enum IdentityKind {
        /// holder of a domain name in the DNS
        DOMAIN,
        /// holder of an ENS name
        ENS,
        /// an institution, by the name it goes by
        INSTITUTION
    }

    struct Benchmark {
        address evaluator;
        bool revoked;
    }

    struct Identity {
        uint64 validUntil;
        bool revoked;
    }

    /// @param value in units of 1e-9
    /// @param evidence digest of the report, SHA-256 or a CID's; zero when there is none
    event BenchmarkAttested(
        bytes32 indexed id,
        bytes32 indexed releaseId,
        address indexed evaluator,
        string benchmark,
        string metric,
        int256 value,
        bytes32 evidence
    );

    event BenchmarkRevoked(bytes32 indexed id, address indexed evaluator, string reason);

    /// @param nameHash keccak256 of the name
    /// @param statement digest of what the attester says elsewhere; zero when there is nothing
    /// @param validUntil last block timestamp at which it holds
    event IdentityAttested(
        address indexed attester,
        address indexed account,
        bytes32 indexed nameHash,
        IdentityKind kind,
        string name,
        bytes32 statement,
        uint64 validUntil
    );

    event IdentityRevoked(
        address indexed attester,
        address indexed account,
        bytes32 indexed nameHash,
        IdentityKind kind,
        string name,
        string reason
    );

    /// @param nameHash keccak256 of the name
    /// @param statement digest of the signed statement that readers find under the name
    event IdentityClaimed(
        address indexed account,
        bytes32 indexed nameHash,
        IdentityKind kind,
        string name,
        bytes32 statement
    );

    event IdentityClaimWithdrawn(
        address indexed account,
        bytes32 indexed nameHash,
        IdentityKind kind,
        string name,
        string reason
    );

    error InvalidBenchmark(string found);
    error InvalidMetric(string found);
    error BenchmarkAlreadyAttested(bytes32 id);
    error BenchmarkNotAttested(bytes32 id);
    error BenchmarkAlreadyRevoked(bytes32 id);
    error NotEvaluator(address evaluator, address caller);
    error InvalidIdentityName(IdentityKind kind, string found);
    /// What an account says of itself is a claim.
    error OwnIdentity(address account);
    error AlreadyExpired(uint64 validUntil, uint256 timestamp);
    error IdentityNotAttested(
        address attester, address account, IdentityKind kind, bytes32 nameHash
    );
    error IdentityAlreadyRevoked(
        address attester, address account, IdentityKind kind, bytes32 nameHash
    );

    uint256 public constant MAX_BENCHMARK_LENGTH = 96;
    uint256 public constant MAX_METRIC_LENGTH = 96;
    uint256 public constant MAX_DOMAIN_LENGTH = 253;
    uint256 public constant MAX_INSTITUTION_LENGTH = 128;
    uint256 public constant MAX_REASON_LENGTH = 256;

    /// @notice The registry whose releases benchmark results are of.
    ModelRegistry public immutable registry;

    /// @notice Block of the deployment: no event of this contract is older.
    uint256 public immutable deploymentBlock = block.number;

    mapping(bytes32 id => Benchmark) private _benchmarks;
    /// By the keccak256 of who says it, of whom, and which name of which kind.
    mapping(bytes32 key => Identity) private _identities;

    constructor(ModelRegistry registry_) {
        registry = registry_;
    }

    /// @notice States what a release scored, as the caller measured it. The same result can be stated
    /// once by each evaluator, even after it was revoked.
    /// @param benchmark 1 to 96 characters of printable ASCII
    /// @param metric 1 to 96 characters of printable ASCII
    /// @param value in units of 1e-9: 0.875 is 875,000,000
    /// @param evidence digest of the report, SHA-256 or a CID's; zero when there is none
    /// @return id as `benchmarkIdOf` says, with the caller as the evaluator
    function attestBenchmark(
        bytes32 releaseId,
        string calldata benchmark,
        string calldata metric,
        int256 value,
        bytes32 evidence
    ) external returns (bytes32 id) {
        if (!registry.isSealed(releaseId)) {
            revert ModelRegistry.NotSealed(releaseId);
        }
        if (!Names.isPrintable(bytes(benchmark), MAX_BENCHMARK_LENGTH)) {
            revert InvalidBenchmark(benchmark);
        }
        if (!Names.isPrintable(bytes(metric), MAX_METRIC_LENGTH)) revert InvalidMetric(metric);
        id = benchmarkIdOf(msg.sender, releaseId, benchmark, metric, value, evidence);
        if (_benchmarks[id].evaluator != address(0)) revert BenchmarkAlreadyAttested(id);
        _benchmarks[id].evaluator = msg.sender;
        emit BenchmarkAttested(id, releaseId, msg.sender, benchmark, metric, value, evidence);
    }

    /// @notice Takes back a result of the caller's, for good.
    /// @param reason for people, at most 256 bytes
    function revokeBenchmark(bytes32 id, string calldata reason) external {
        Benchmark storage result = _benchmarks[id];
        if (result.evaluator == address(0)) revert BenchmarkNotAttested(id);
        if (result.evaluator != msg.sender) revert NotEvaluator(result.evaluator, msg.sender);
        if (result.revoked) revert BenchmarkAlreadyRevoked(id);
        _requireReason(reason);
        result.revoked = true;
        emit BenchmarkRevoked(id, msg.sender, reason);
    }

    /// @notice Says that an account is who it claims to be. What the caller said before about the
    /// same account, kind and name, revoked or not, no longer counts.
    /// @param name DOMAIN and ENS: 1 to 253 characters of [a-z0-9.-], no dot or hyphen at either end,
    /// no two dots in a row; INSTITUTION: 1 to 128 characters of printable ASCII
    /// @param statement digest of what the attester says elsewhere; zero when there is nothing
    /// @param validUntil last block timestamp at which it holds
    function attestIdentity(
        address account,
        IdentityKind kind,
        string calldata name,
        bytes32 statement,
        uint64 validUntil
    ) external {
        if (account == msg.sender) revert OwnIdentity(account);
        bytes32 nameHash = _hashOfValid(kind, name);
        if (validUntil < block.timestamp) revert AlreadyExpired(validUntil, block.timestamp);
        _identities[_keyOf(msg.sender, account, kind, nameHash)] = Identity(validUntil, false);
        emit IdentityAttested(msg.sender, account, nameHash, kind, name, statement, validUntil);
    }

    /// @notice Takes back what the caller said about an account; it may have expired.
    /// @param reason for people, at most 256 bytes
    function revokeIdentity(
        address account,
        IdentityKind kind,
        string calldata name,
        string calldata reason
    ) external {
        bytes32 nameHash = keccak256(bytes(name));
        Identity storage identity = _identities[_keyOf(msg.sender, account, kind, nameHash)];
        if (identity.validUntil == 0) {
            revert IdentityNotAttested(msg.sender, account, kind, nameHash);
        }
        if (identity.revoked) revert IdentityAlreadyRevoked(msg.sender, account, kind, nameHash);
        _requireReason(reason);
        identity.revoked = true;
        emit IdentityRevoked(msg.sender, account, nameHash, kind, name, reason);
    }

    /// @notice Says who the caller claims to be. Nothing on chain proves it: readers check a domain's
    /// claim against the statement, signed by the account, that the domain serves below
    /// https://DOMAIN/.well-known/, and hold its digest against `statement`. No contract decides on a
    /// claim, so it is in the events alone.
    /// @param name as `attestIdentity` takes it
    /// @param statement digest of the signed statement
    function claimIdentity(IdentityKind kind, string calldata name, bytes32 statement) external {
        emit IdentityClaimed(msg.sender, _hashOfValid(kind, name), kind, name, statement);
    }

    /// @notice Says that the caller no longer claims a name. Readers go by the last event of an
    /// account, kind and name; without a claim before it, this one says nothing.
    /// @param name as `attestIdentity` takes it
    /// @param reason for people, at most 256 bytes
    function withdrawIdentityClaim(IdentityKind kind, string calldata name, string calldata reason)
        external
    {
        _requireReason(reason);
        emit IdentityClaimWithdrawn(msg.sender, _hashOfValid(kind, name), kind, name, reason);
    }

    /// @return whether a result was stated and not revoked
    function isBenchmarkAttested(bytes32 id) external view returns (bool) {
        return _benchmarks[id].evaluator != address(0) && !_benchmarks[id].revoked;
    }

    /// @param nameHash keccak256 of the name
    /// @return whether this attester says so, and what it said has neither expired nor been revoked
    function isAttested(address attester, address account, IdentityKind kind, bytes32 nameHash)
        external
        view
        returns (bool)
    {
        Identity storage identity = _identities[_keyOf(attester, account, kind, nameHash)];
        return block.timestamp <= identity.validUntil && !identity.revoked;
    }

    function benchmarkIdOf(
        address evaluator,
        bytes32 releaseId,
        string calldata benchmark,
        string calldata metric,
        int256 value,
        bytes32 evidence
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(evaluator, releaseId, benchmark, metric, value, evidence));
    }

    function _requireReason(string calldata reason) private pure {
        if (bytes(reason).length > MAX_REASON_LENGTH) {
            revert ModelRegistry.ReasonTooLong(bytes(reason).length);
        }
    }

    function _hashOfValid(IdentityKind kind, string calldata name) private pure returns (bytes32) {
        bool valid = kind == IdentityKind.INSTITUTION
            ? Names.isPrintable(bytes(name), MAX_INSTITUTION_LENGTH)
            : Names.isDomain(bytes(name), MAX_DOMAIN_LENGTH);
        if (!valid) revert InvalidIdentityName(kind, name);
        return keccak256(bytes(name));
    }

    function _keyOf(address attester, address account, IdentityKind kind, bytes32 nameHash)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(attester, account, kind, nameHash));
    }
}
