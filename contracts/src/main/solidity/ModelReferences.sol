// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ModelRegistry} from "./ModelRegistry.sol";
import {Names} from "./Names.sol";

/// @title Names for the sealed releases of a model: branches that move, and tags that never do.
/// @notice Who may set them is what the registry says of the model at that moment: a transfer of
/// the model, or a role that is taken back, counts at once. Branches and tags share no names.
contract ModelReferences is EIP712 {
    /// A move of a branch that `by` signs for anybody to submit.
    /// @param from the head that the branch stands at; zero when there is no such branch
    /// @param to release that it moves to; zero deletes the branch
    /// @param moves how often the branch was moved before
    /// @param deadline last block timestamp at which the move may happen
    struct BranchMove {
        address by;
        uint256 modelId;
        string name;
        bytes32 from;
        bytes32 to;
        uint256 moves;
        uint256 deadline;
    }

    struct Branch {
        bytes32 head;
        uint256 moves;
    }

    /// @param nameHash keccak256 of the branch's name
    /// @param from zero for a new branch
    /// @param to zero for a branch that was deleted
    /// @param by the account whose role counted: the caller, or the one that signed
    event BranchMoved(
        uint256 indexed modelId,
        bytes32 indexed nameHash,
        string name,
        bytes32 from,
        bytes32 to,
        address by
    );

    /// @param nameHash keccak256 of the tag's name
    event TagSet(
        uint256 indexed modelId,
        bytes32 indexed nameHash,
        string name,
        bytes32 releaseId,
        address by
    );

    /// The branch stands at `expected`: somebody else moved it.
    error HeadMismatch(bytes32 expected, bytes32 found);
    /// The branch was moved `expected` times: what was signed came already, or comes too late.
    error MovesMismatch(uint256 expected, uint256 found);
    error DeadlinePassed(uint256 deadline, uint256 timestamp);
    error InvalidSignature(address signer, bytes32 digest);
    error ReleaseOfAnotherModel(bytes32 releaseId, uint256 expected, uint256 found);
    error TagAlreadySet(uint256 modelId, bytes32 nameHash, bytes32 releaseId);

    uint256 public constant MAX_NAME_LENGTH = 64;

    bytes32 private constant BRANCH_MOVE_TYPEHASH = keccak256(
        "BranchMove(address by,uint256 modelId,string name,bytes32 from,bytes32 to,"
        "uint256 moves,uint256 deadline)"
    );

    /// @notice The registry whose releases have names here.
    ModelRegistry public immutable registry;

    /// @notice Block of the deployment: no event of this contract is older.
    uint256 public immutable deploymentBlock = block.number;

    mapping(uint256 modelId => mapping(bytes32 nameHash => Branch)) private _branches;
    mapping(uint256 modelId => mapping(bytes32 nameHash => bytes32 releaseId)) private _tags;

    constructor(ModelRegistry registry_) EIP712("Luntra references", "1") {
        registry = registry_;
    }

    /// @notice Creates, moves or deletes a branch. Needs the role PUBLISHER, and MAINTAINER to delete.
    /// A move to where the branch stands already is counted too: it voids all moves that were signed
    /// before and not submitted yet.
    /// @param name [a-z0-9][a-z0-9._/-]{0,63}
    /// @param from the head that the branch stands at; zero when there is no such branch
    /// @param to sealed release of this model; zero deletes the branch
    function moveBranch(uint256 modelId, string calldata name, bytes32 from, bytes32 to) external {
        _moveBranch(msg.sender, modelId, name, from, to);
    }

    /// @notice Moves a branch as `move.by` signed it, whoever submits it. That account needs the role
    /// that `moveBranch` asks for, now and not when it signed.
    /// @param signature over the EIP-712 hash of the move; of an account with code, what its
    /// ERC-1271 function accepts
    function moveBranchSigned(BranchMove calldata move, bytes calldata signature) external {
        if (block.timestamp > move.deadline) revert DeadlinePassed(move.deadline, block.timestamp);
        uint256 expected = moves(move.modelId, move.name);
        if (move.moves != expected) revert MovesMismatch(expected, move.moves);
        bytes32 digest = _digestOf(move);
        if (!SignatureChecker.isValidSignatureNowCalldata(move.by, digest, signature)) {
            revert InvalidSignature(move.by, digest);
        }
        _moveBranch(move.by, move.modelId, move.name, move.from, move.to);
    }

    /// @notice Names a release of a model for good: a tag is never moved nor deleted. Needs the role
    /// MAINTAINER.
    /// @param name [a-z0-9][a-z0-9._/-]{0,63}
    /// @param releaseId sealed release of this model
    function setTag(uint256 modelId, string calldata name, bytes32 releaseId) external {
        bytes32 nameHash = _hashOfValid(name);
        _requireRole(modelId, msg.sender, ModelRegistry.Role.MAINTAINER);
        _requireSealedReleaseOf(modelId, releaseId);
        bytes32 found = _tags[modelId][nameHash];
        if (found != 0) revert TagAlreadySet(modelId, nameHash, found);
        _tags[modelId][nameHash] = releaseId;
        emit TagSet(modelId, nameHash, name, releaseId, msg.sender);
    }

    /// @return the release that a branch stands at; zero when there is no such branch
    function branch(uint256 modelId, string calldata name) external view returns (bytes32) {
        return _branches[modelId][keccak256(bytes(name))].head;
    }

    /// @return the release that a tag names; zero when there is no such tag
    function tag(uint256 modelId, string calldata name) external view returns (bytes32) {
        return _tags[modelId][keccak256(bytes(name))];
    }

    /// @return how often a branch was created, moved or deleted
    function moves(uint256 modelId, string calldata name) public view returns (uint256) {
        return _branches[modelId][keccak256(bytes(name))].moves;
    }

    function _moveBranch(
        address by,
        uint256 modelId,
        string calldata name,
        bytes32 from,
        bytes32 to
    ) private {
        bytes32 nameHash = _hashOfValid(name);
        if (to == 0) {
            _requireRole(modelId, by, ModelRegistry.Role.MAINTAINER);
        } else {
            _requireRole(modelId, by, ModelRegistry.Role.PUBLISHER);
            _requireSealedReleaseOf(modelId, to);
        }
        Branch storage moved = _branches[modelId][nameHash];
        if (moved.head != from) revert HeadMismatch(moved.head, from);
        moved.head = to;
        ++moved.moves;
        emit BranchMoved(modelId, nameHash, name, from, to, by);
    }

    function _digestOf(BranchMove calldata move) private view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    BRANCH_MOVE_TYPEHASH,
                    move.by,
                    move.modelId,
                    keccak256(bytes(move.name)),
                    move.from,
                    move.to,
                    move.moves,
                    move.deadline
                )
            )
        );
    }

    function _requireRole(uint256 modelId, address account, ModelRegistry.Role needed)
        private
        view
    {
        ModelRegistry.Role found = registry.roleOf(modelId, account);
        if (found < needed) revert ModelRegistry.NotAllowed(modelId, account, needed, found);
    }

    function _requireSealedReleaseOf(uint256 modelId, bytes32 releaseId) private view {
        if (!registry.isSealed(releaseId)) revert ModelRegistry.NotSealed(releaseId);
        uint256 found = registry.modelOf(releaseId);
        if (found != modelId) revert ReleaseOfAnotherModel(releaseId, modelId, found);
    }

    function _hashOfValid(string calldata name) private pure returns (bytes32) {
        if (!Names.isName(bytes(name), MAX_NAME_LENGTH)) revert ModelRegistry.InvalidName(name);
        return keccak256(bytes(name));
    }
}
