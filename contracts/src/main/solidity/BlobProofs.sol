// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobPayload} from "./BlobPayload.sol";
import {ModelRegistry} from "./ModelRegistry.sol";

/// @title Proofs of what the blobs of sealed releases hold.
/// @notice A blob is proven to be in a release by Merkle inclusion, a field element of it by a KZG
/// opening that the precompile of EIP-4844 checks. A function answers or reverts: it never answers
/// with anything that was not proven. Nothing is stored, and nobody owns this contract.
///
/// An opening costs about 55,000 gas; how many one call takes is bounded by gas only. A false one
/// makes the precompile fail, which takes all gas that was left to it: 63 of 64 parts.
///
/// What is proven is proven under the release's sealed Merkle root. Whether that is the root of the
/// blobs that were published, readers check, not the registry.
contract BlobProofs {
    /// A blob, and that it is in a release.
    /// @param kind 1 data blob, 2 manifest blob, 3 root manifest blob
    /// @param index in the release: data, manifest, root manifest, counted through
    /// @param commitment KZG commitment to the blob, 48 bytes
    /// @param siblings from the leaf upwards, as `ModelRegistry.verifyBlob` takes them
    struct Blob {
        bytes32 releaseId;
        uint8 kind;
        uint32 index;
        bytes commitment;
        bytes32[] siblings;
    }

    /// The value of a field element, and the KZG proof of it, 48 bytes.
    struct Opening {
        uint256 value;
        bytes proof;
    }

    error InvalidCommitmentLength(uint256 found);
    error InvalidProofLength(uint256 element, uint256 found);
    error InvalidElement(uint256 element);
    error InvalidRange(uint256 from, uint256 to);
    error OpeningCountMismatch(uint256 expected, uint256 found);
    /// No such blob is in this release at this place, or the release is not sealed.
    error NotInRelease(bytes32 releaseId, uint8 kind, uint32 index, bytes32 versionedHash);
    /// The element of this blob has another value, or the proof is of something else.
    error NotProven(bytes32 versionedHash, uint256 element, uint256 value);
    /// A field element of more than 254 bits carries no payload.
    error NotPayload(uint256 element, uint256 value);

    uint256 public constant FIELD_ELEMENTS_PER_BLOB = 4096;
    uint256 public constant PAYLOAD_BYTES_PER_BLOB = BlobPayload.BYTES;

    uint256 private constant POINT_BYTES = 48;
    uint256 private constant PAYLOAD_BITS = 254;
    address private constant POINT_EVALUATION = address(0x0a);
    uint256 private constant BLS_MODULUS =
        0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001;
    /// 7 ** ((BLS_MODULUS - 1) / 4096): generates the 4096th roots of unity.
    uint256 private constant ROOT_OF_UNITY =
        0x564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306;

    ModelRegistry public immutable registry;

    constructor(ModelRegistry registry_) {
        registry = registry_;
    }

    /// @notice Proves that a field element of a blob has this value.
    /// @param element 0 to 4095, as the blob's bytes have it: 32 bytes from 32 * element on
    /// @return versionedHash of the blob
    function verifyElement(Blob calldata blob, uint256 element, Opening calldata opening)
        external
        view
        returns (bytes32 versionedHash)
    {
        if (element >= FIELD_ELEMENTS_PER_BLOB) revert InvalidElement(element);
        versionedHash = _requireInRelease(blob);
        _requireOpened(versionedHash, blob.commitment, element, opening);
    }

    /// @notice Proves bytes of a blob's payload, and returns them.
    /// @param from first byte, of the 130,048 that a blob carries
    /// @param to byte after the last one: from + 1 to 130,048. Bytes behind the payload's end are zero
    /// @param openings of the elements that `openingsFor` names, in their order
    function payloadOf(Blob calldata blob, uint256 from, uint256 to, Opening[] calldata openings)
        external
        view
        returns (bytes memory payload)
    {
        (uint256 first, uint256 count) = openingsFor(from, to);
        if (openings.length != count) revert OpeningCountMismatch(count, openings.length);
        bytes32 versionedHash = _requireInRelease(blob);
        uint256[] memory values = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 value = openings[i].value;
            if (value >> PAYLOAD_BITS != 0) revert NotPayload(first + i, value);
            _requireOpened(versionedHash, blob.commitment, first + i, openings[i]);
            values[i] = value;
        }
        return BlobPayload.unpack(values, from, to);
    }

    /// @return first element that the payload bytes [from, to) of a blob need
    /// @return count of consecutive elements that they need
    function openingsFor(uint256 from, uint256 to)
        public
        pure
        returns (uint256 first, uint256 count)
    {
        if (from >= to || to > BlobPayload.BYTES) revert InvalidRange(from, to);
        return BlobPayload.elementsFor(from, to);
    }

    function _requireInRelease(Blob calldata blob) private view returns (bytes32 versionedHash) {
        if (blob.commitment.length != POINT_BYTES) {
            revert InvalidCommitmentLength(blob.commitment.length);
        }
        // EIP-4844, kzg_to_versioned_hash
        versionedHash =
            bytes32((uint256(sha256(blob.commitment)) & (type(uint256).max >> 8)) | (1 << 248));
        if (!registry.verifyBlob(
                blob.releaseId, blob.kind, blob.index, versionedHash, blob.siblings
            )) {
            revert NotInRelease(blob.releaseId, blob.kind, blob.index, versionedHash);
        }
    }

    function _requireOpened(
        bytes32 versionedHash,
        bytes calldata commitment,
        uint256 element,
        Opening calldata opening
    ) private view {
        if (opening.proof.length != POINT_BYTES) {
            revert InvalidProofLength(element, opening.proof.length);
        }
        (bool opened, bytes memory answer) = POINT_EVALUATION.staticcall(
            bytes.concat(
                versionedHash,
                bytes32(_pointOf(element)),
                bytes32(opening.value),
                commitment,
                opening.proof
            )
        );
        // A chain without the precompile answers with success, and nothing.
        bytes memory expected = abi.encode(FIELD_ELEMENTS_PER_BLOB, BLS_MODULUS);
        if (!opened || keccak256(answer) != keccak256(expected)) {
            revert NotProven(versionedHash, element, opening.value);
        }
    }

    /// Where the blob's polynomial has the value of this element: the root of unity to the power of
    /// the element's index with its 12 bits reversed. So the highest bit stands for the root itself,
    /// the next one for its square.
    function _pointOf(uint256 element) private pure returns (uint256 point) {
        point = 1;
        uint256 power = ROOT_OF_UNITY;
        for (uint256 bit = FIELD_ELEMENTS_PER_BLOB >> 1; bit != 0; bit >>= 1) {
            if (element & bit != 0) point = mulmod(point, power, BLS_MODULUS);
            power = mulmod(power, power, BLS_MODULUS);
        }
    }
}
