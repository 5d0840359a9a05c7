// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {Names} from "./Names.sol";

/// @title Append-only record of model releases that were published as EIP-4844 blobs.
/// @notice A release is opened, its blobs are appended in batches by one or more lanes, and it is
/// sealed with the Merkle root over all its blobs. Each of the three calls rides in a blob
/// transaction and records the blobs of that transaction. Nobody can change or remove a record.
///
/// A model is an ERC-721 token, minted to whoever opens its first release. Its name is unique under
/// that account, its creator, for good: nobody else can register it there, and a transfer changes
/// the owner, not the name. The owner, and those whom the owner names, publish its releases.
contract ModelRegistry is ERC721 {
    using TransientSlot for bytes32;
    using TransientSlot for TransientSlot.BooleanSlot;

    /// What an account may do for a model; each may what those before it may. A transfer of the model
    /// ends all roles that its owner gave.
    enum Role {
        NONE,
        /// opens releases, and seals those that it opened
        PUBLISHER,
        /// says what became of a release
        MAINTAINER,
        /// gives and takes roles, transfers the model
        OWNER
    }

    /// What became of a release, as its model's maintainers say. It stands beside the record, which
    /// it does not change.
    enum Status {
        ACTIVE,
        DEPRECATED,
        SUPERSEDED,
        REVOKED
    }

    /// @param since block number of the last change; zero when there was none
    /// @param successor release that takes its place; zero unless superseded
    struct Standing {
        Status status;
        uint64 since;
        bytes32 successor;
    }

    /// @param publisher account that opened the release; zero when there is no such release
    /// @param blobCount blobs of all lanes together, without the root manifest's
    /// @param sealedAtBlock block number of the seal; zero before it
    /// @param modelId token of the model that this is a release of
    /// @param lanesDigest keccak256 of the lanes, 32 bytes each, in the order of `open`
    /// @param merkleRoot root over the leaves that `verifyBlob` describes
    /// @param rootManifestDigest keccak256 of the root manifest's versioned hashes
    /// @param accumulatorsDigest keccak256 of the lanes' last accumulators, in the order of `open`
    /// @param parentsDigest keccak256 of the parents' ids, in the order of `seal`; zero without any
    struct Release {
        address publisher;
        uint32 blobCount;
        uint64 sealedAtBlock;
        uint256 modelId;
        bytes32 lanesDigest;
        bytes32 merkleRoot;
        bytes32 rootManifestDigest;
        bytes32 accumulatorsDigest;
        bytes32 parentsDigest;
    }

    /// @param nameHash keccak256 of the model's name
    /// @param lanes the publisher first
    event ReleaseOpened(
        bytes32 indexed releaseId,
        address indexed creator,
        bytes32 indexed nameHash,
        string model,
        string version,
        address[] lanes,
        uint32 blobCount
    );

    /// @param accumulator the lane's accumulator after this transaction's blobs
    event BatchAppended(bytes32 indexed releaseId, address indexed lane, bytes32 accumulator);

    event ReleaseSealed(
        bytes32 indexed releaseId,
        bytes32 merkleRoot,
        bytes32[] rootManifest,
        bytes32[] accumulators,
        bytes32[] parents
    );

    event CollaboratorSet(uint256 indexed modelId, address indexed account, Role role);

    event StatusSet(
        bytes32 indexed releaseId,
        address indexed maintainer,
        Status status,
        bytes32 successor,
        string reason
    );

    error NoBlobs();
    error InvalidName(string found);
    error InvalidVersion(string found);
    error InvalidLaneCount(uint256 found);
    error FirstLaneNotCaller(address caller, address found);
    error DuplicateLane(address lane);
    error BlobCountTooSmall(uint256 declared, uint256 carried);
    error AlreadyOpened(bytes32 releaseId);
    error NotOpened(bytes32 releaseId);
    error AlreadySealed(bytes32 releaseId);
    error NotPublisher(address publisher, address caller);
    error NotAllowed(uint256 modelId, address account, Role needed, Role found);
    error OwnerByTransferOnly();
    error TooManyParents(uint256 found);
    error ParentNotSealed(bytes32 parent);
    error DuplicateParent(bytes32 parent);
    error NotSealed(bytes32 releaseId);
    error InvalidSuccessor(bytes32 releaseId, bytes32 successor);
    error ReasonTooLong(uint256 found);
    /// The lane stands at `expected`: a batch is missing before this one, or it came already.
    error AccumulatorMismatch(address lane, bytes32 expected, bytes32 found);
    error LanesMismatch(bytes32 expected, bytes32 found);
    error AccumulatorCountMismatch(uint256 lanes, uint256 accumulators);
    error BlobCountMismatch(uint256 expected, uint256 found);
    error TooManyRootManifestBlobs(uint256 found);
    error NoMerkleRoot();

    uint256 public constant MAX_LANES = 16;
    uint256 public constant MAX_PARENTS = 8;
    uint256 public constant MAX_NAME_LENGTH = 96;
    uint256 public constant MAX_VERSION_LENGTH = 48;
    uint256 public constant MAX_ROOT_MANIFEST_BLOBS = 6;
    uint256 public constant MAX_REASON_LENGTH = 256;

    uint256 private constant LEAF_VERSION = 1;
    uint8 private constant LAST_LEAF_KIND = 3;

    /// @notice Block of the deployment: no event of this contract is older.
    uint256 public immutable deploymentBlock = block.number;

    mapping(bytes32 releaseId => Release) private _releases;
    mapping(bytes32 releaseId => mapping(address lane => bytes32)) private _accumulators;
    mapping(bytes32 releaseId => Standing) private _standings;
    /// How often a model changed hands: roles are of one ownership.
    mapping(uint256 modelId => uint256) private _transfers;
    mapping(uint256 modelId => mapping(uint256 transfers => mapping(address => Role))) private
        _roles;

    constructor() ERC721("Luntra models", "LUNTRA") {}

    /// @notice Opens a release and appends this transaction's blobs as the first batch of the
    /// caller's lane. The other lanes need not wait for it. The first release of a name registers
    /// the model: it belongs to the caller.
    /// @param creator the account that registered the model, or registers it now: the caller then
    /// @param lanes the accounts whose blobs make up the release: 1 to 16, distinct, the caller first
    /// @param blobCount blobs that all lanes together will have appended when the release is sealed
    function open(
        address creator,
        string calldata model,
        string calldata version,
        address[] calldata lanes,
        uint32 blobCount
    ) external returns (bytes32 releaseId) {
        if (!Names.isName(bytes(model), MAX_NAME_LENGTH)) {
            revert InvalidName(model);
        }
        if (!Names.isVersion(bytes(version), MAX_VERSION_LENGTH)) revert InvalidVersion(version);
        releaseId = releaseIdOf(creator, model, version);
        if (_releases[releaseId].publisher != address(0)) revert AlreadyOpened(releaseId);
        _requireDistinctLanes(releaseId, lanes);

        _releases[releaseId].publisher = msg.sender;
        _releases[releaseId].blobCount = blobCount;
        _releases[releaseId].modelId = _registered(creator, model);
        _releases[releaseId].lanesDigest = keccak256(abi.encodePacked(lanes));
        emit ReleaseOpened(
            releaseId, creator, keccak256(bytes(model)), model, version, lanes, blobCount
        );

        uint256 carried = _countOf(append(releaseId, bytes32(0)));
        if (carried > blobCount) revert BlobCountTooSmall(blobCount, carried);
    }

    /// @notice Appends this transaction's blobs to the caller's lane.
    /// @param previous the lane's accumulator before them; zero before its first batch
    /// @return next keccak256(previous, versioned hashes in order), its first 28 bytes, followed by
    /// the number of blobs of the lane so far in 4 bytes
    function append(bytes32 releaseId, bytes32 previous) public returns (bytes32 next) {
        bytes32 stored = _accumulators[releaseId][msg.sender];
        if (stored != previous) revert AccumulatorMismatch(msg.sender, stored, previous);

        (bytes32 chained, uint32 carried) = _chainBlobs(previous);
        next = bytes32(bytes28(chained)) | bytes32(uint256(_countOf(previous) + carried));
        _accumulators[releaseId][msg.sender] = next;
        emit BatchAppended(releaseId, msg.sender, next);
    }

    /// @notice Makes a release final. This transaction's blobs, 1 to 6, are its root manifest.
    /// @param lanes as given to `open`
    /// @param accumulators each lane's last accumulator
    /// @param parents sealed releases that this one comes from: 0 to 8, distinct. As they are sealed
    /// before it, there are no circles
    function seal(
        bytes32 releaseId,
        bytes32 merkleRoot,
        address[] calldata lanes,
        bytes32[] calldata accumulators,
        bytes32[] calldata parents
    ) external {
        Release storage record = _releases[releaseId];
        address publisher = record.publisher;
        if (publisher == address(0)) revert NotOpened(releaseId);
        if (publisher != msg.sender) revert NotPublisher(publisher, msg.sender);
        if (record.sealedAtBlock != 0) revert AlreadySealed(releaseId);
        _requireRole(record.modelId, Role.PUBLISHER);
        if (merkleRoot == 0) revert NoMerkleRoot();
        _requireComplete(releaseId, lanes, accumulators);

        bytes32[] memory rootManifest = _blobHashes();
        if (rootManifest.length > MAX_ROOT_MANIFEST_BLOBS) {
            revert TooManyRootManifestBlobs(rootManifest.length);
        }
        // Before it is sealed itself, so that it can't be its own parent.
        if (parents.length > 0) record.parentsDigest = _digestOfSealed(parents);
        record.sealedAtBlock = uint64(block.number);
        record.merkleRoot = merkleRoot;
        record.rootManifestDigest = keccak256(abi.encodePacked(rootManifest));
        record.accumulatorsDigest = keccak256(abi.encodePacked(accumulators));
        emit ReleaseSealed(releaseId, merkleRoot, rootManifest, accumulators, parents);
    }

    /// @notice Gives an account a role for a model of the caller's, or takes it back with NONE.
    function setCollaborator(uint256 modelId, address account, Role role) external {
        _requireRole(modelId, Role.OWNER);
        if (role == Role.OWNER || account == msg.sender) revert OwnerByTransferOnly();
        _roles[modelId][_transfers[modelId]][account] = role;
        emit CollaboratorSet(modelId, account, role);
    }

    /// @notice Says what became of a sealed release.
    /// @param successor sealed release that takes its place when it is superseded; zero otherwise
    /// @param reason for people, at most 256 bytes
    function setStatus(bytes32 releaseId, Status status, bytes32 successor, string calldata reason)
        external
    {
        if (!isSealed(releaseId)) revert NotSealed(releaseId);
        _requireRole(_releases[releaseId].modelId, Role.MAINTAINER);
        bool valid = status == Status.SUPERSEDED
            ? isSealed(successor) && successor != releaseId
            : successor == 0;
        if (!valid) revert InvalidSuccessor(releaseId, successor);
        if (bytes(reason).length > MAX_REASON_LENGTH) revert ReasonTooLong(bytes(reason).length);
        _standings[releaseId] = Standing(status, uint64(block.number), successor);
        emit StatusSet(releaseId, msg.sender, status, successor, reason);
    }

    /// @return what the maintainers last said of a release; active since block 0 when nothing
    function standing(bytes32 releaseId) external view returns (Standing memory) {
        return _standings[releaseId];
    }

    /// @return what an account may do for a model; NONE for one that is not registered
    function roleOf(uint256 modelId, address account) public view returns (Role) {
        if (account != address(0) && _ownerOf(modelId) == account) return Role.OWNER;
        return _roles[modelId][_transfers[modelId]][account];
    }

    /// @return token of the model that this is a release of; zero when it was not opened
    function modelOf(bytes32 releaseId) external view returns (uint256) {
        return _releases[releaseId].modelId;
    }

    function isSealed(bytes32 releaseId) public view returns (bool) {
        return _releases[releaseId].sealedAtBlock != 0;
    }

    /// @return whether these are a sealed release's parents, all of them, in the order of `seal`
    function hasParents(bytes32 releaseId, bytes32[] calldata parents)
        external
        view
        returns (bool)
    {
        // slither-disable-next-line incorrect-equality: digests, not amounts, are compared
        return isSealed(releaseId)
            && _releases[releaseId].parentsDigest
                == (parents.length == 0 ? bytes32(0) : keccak256(abi.encodePacked(parents)));
    }

    /// @return the lane's accumulator: first 28 bytes of the hash chain, blob count in the last 4
    function accumulator(bytes32 releaseId, address lane) external view returns (bytes32) {
        return _accumulators[releaseId][lane];
    }

    /// @return the record; all zero when no such release was opened
    function release(bytes32 releaseId) external view returns (Release memory) {
        return _releases[releaseId];
    }

    /// @notice Whether a sealed release holds this blob at this place. A leaf is
    /// keccak256(keccak256(abi.encode(uint256(1), leafKind, releaseId, index, versionedHash))).
    /// @param leafKind 1 data blob, 2 manifest blob, 3 root manifest blob
    /// @param index the blob's index in the release: data, manifest, root manifest, counted through
    /// @param proof siblings from the leaf upwards, as OpenZeppelin's MerkleProof reads them
    function verifyBlob(
        bytes32 releaseId,
        uint8 leafKind,
        uint32 index,
        bytes32 versionedHash,
        bytes32[] calldata proof
    ) external view returns (bool) {
        if (leafKind == 0 || leafKind > LAST_LEAF_KIND) return false;
        if (!isSealed(releaseId)) return false;
        bytes32 leaf = keccak256(
            bytes.concat(
                keccak256(
                    abi.encode(
                        LEAF_VERSION, uint256(leafKind), releaseId, uint256(index), versionedHash
                    )
                )
            )
        );
        return MerkleProof.verifyCalldata(proof, _releases[releaseId].merkleRoot, leaf);
    }

    function releaseIdOf(address creator, string calldata model, string calldata version)
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(creator, model, version));
    }

    function modelIdOf(address creator, string calldata model) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(creator, model)));
    }

    /// A model that the caller may publish releases of: the caller's own from now on when it is new.
    function _registered(address creator, string calldata model) private returns (uint256 modelId) {
        modelId = modelIdOf(creator, model);
        if (creator != msg.sender || _ownerOf(modelId) != address(0)) {
            _requireRole(modelId, Role.PUBLISHER);
        } else {
            _mint(msg.sender, modelId);
        }
    }

    function _requireRole(uint256 modelId, Role needed) private view {
        Role found = roleOf(modelId, msg.sender);
        if (found < needed) revert NotAllowed(modelId, msg.sender, needed, found);
    }

    function _digestOfSealed(bytes32[] calldata parents) private view returns (bytes32) {
        if (parents.length > MAX_PARENTS) revert TooManyParents(parents.length);
        for (uint256 i = 0; i < parents.length; ++i) {
            if (!isSealed(parents[i])) revert ParentNotSealed(parents[i]);
            for (uint256 j = 0; j < i; ++j) {
                if (parents[j] == parents[i]) revert DuplicateParent(parents[i]);
            }
        }
        return keccak256(abi.encodePacked(parents));
    }

    /// A change of owner ends the roles that the one before gave.
    function _update(address to, uint256 tokenId, address auth)
        internal
        override
        returns (address from)
    {
        from = super._update(to, tokenId, auth);
        if (from != address(0)) ++_transfers[tokenId];
    }

    /// keccak256(previous, this transaction's versioned hashes), and how many they are. In assembly:
    /// every batch of every release pays for it.
    function _chainBlobs(bytes32 previous) private view returns (bytes32 chained, uint32 count) {
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, previous)
            let end := add(start, 0x20)
            for { let hash := blobhash(0) } hash { hash := blobhash(count) } {
                mstore(end, hash)
                end := add(end, 0x20)
                count := add(count, 1)
            }
            chained := keccak256(start, sub(end, start))
        }
        if (count == 0) revert NoBlobs();
    }

    /// The versioned hashes of this transaction's blobs, in order.
    function _blobHashes() private view returns (bytes32[] memory hashes) {
        uint256 count = 0;
        while (blobhash(count) != 0) ++count;
        if (count == 0) revert NoBlobs();
        hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            hashes[i] = blobhash(i);
        }
    }

    function _requireDistinctLanes(bytes32 releaseId, address[] calldata lanes) private {
        if (lanes.length == 0 || lanes.length > MAX_LANES) revert InvalidLaneCount(lanes.length);
        if (lanes[0] != msg.sender) revert FirstLaneNotCaller(msg.sender, lanes[0]);
        for (uint256 i = 0; i < lanes.length; ++i) {
            // A mark per release, so that two releases opened in one transaction don't collide.
            TransientSlot.BooleanSlot seen = keccak256(abi.encode(releaseId, lanes[i])).asBoolean();
            if (seen.tload()) revert DuplicateLane(lanes[i]);
            seen.tstore(true);
        }
    }

    /// Every lane stands where the publisher says, and together they hold what `open` declared.
    function _requireComplete(
        bytes32 releaseId,
        address[] calldata lanes,
        bytes32[] calldata accumulators
    ) private view {
        bytes32 lanesDigest = _releases[releaseId].lanesDigest;
        bytes32 found = keccak256(abi.encodePacked(lanes));
        if (lanesDigest != found) revert LanesMismatch(lanesDigest, found);
        if (lanes.length != accumulators.length) {
            revert AccumulatorCountMismatch(lanes.length, accumulators.length);
        }
        uint256 blobs = 0;
        for (uint256 i = 0; i < lanes.length; ++i) {
            bytes32 stored = _accumulators[releaseId][lanes[i]];
            if (stored != accumulators[i]) {
                revert AccumulatorMismatch(lanes[i], stored, accumulators[i]);
            }
            blobs += _countOf(stored);
        }
        uint256 declared = _releases[releaseId].blobCount;
        if (blobs != declared) revert BlobCountMismatch(declared, blobs);
    }

    function _countOf(bytes32 accumulator_) private pure returns (uint32) {
        return uint32(uint256(accumulator_));
    }
}
