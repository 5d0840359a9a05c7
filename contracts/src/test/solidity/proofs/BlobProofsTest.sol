// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobProofs} from "../../../main/solidity/BlobProofs.sol";
import {ModelRegistryTest} from "../ModelRegistryTest.sol";
import {vm} from "../Vm.sol";
import {ProofVectors} from "./ProofVectors.sol";

/// A release of two data blobs, a manifest blob and a root manifest, with real KZG openings.
contract BlobProofsTest is ModelRegistryTest {
    uint32 private constant DATA_INDEX = 1;

    BlobProofs private proofs;
    bytes32 private releaseId;
    bytes32[] private leaves;

    function setUp() public override {
        super.setUp();
        proofs = new BlobProofs(registry);
        releaseId = seal(ALICE);
    }

    function test_provesAnElementOfABlob() public view {
        for (uint256 element = 0; element < 12; ++element) {
            equal(
                proofs.verifyElement(data(), element, ProofVectors.opening(element)),
                hashOf(ProofVectors.DATA)
            );
        }
        proofs.verifyElement(data(), 4095, ProofVectors.opening(4095));
        BlobProofs.Blob memory blob = manifest();
        BlobProofs.Opening memory opening =
            BlobProofs.Opening(ProofVectors.MANIFEST_VALUE, ProofVectors.MANIFEST_PROOF);
        equal(proofs.verifyElement(blob, 5, opening), hashOf(ProofVectors.MANIFEST));
    }

    function test_provesPayload() public view {
        requireSame(payload(0, 381), ProofVectors.HEAD);
        requireSame(payload(130_048 - 127, 130_048), ProofVectors.END);
        for (uint256 from = 0; from < 381; from += 29) {
            for (uint256 to = from + 1; to <= 381; to += 61) {
                requireSame(payload(from, to), slice(ProofVectors.HEAD, from, to));
            }
        }
    }

    function test_refusesAnotherPlaceInTheBlob() public {
        refuse(notProven(4, 3), data(), 4, ProofVectors.opening(3));
        refuse(notProven(0, 1), data(), 0, ProofVectors.opening(1));
        refuse(notProven(4094, 4095), data(), 4094, ProofVectors.opening(4095));
        refuse(
            abi.encodeWithSelector(BlobProofs.InvalidElement.selector, 4096),
            data(),
            4096,
            ProofVectors.opening(0)
        );
    }

    /// A pairing each: 10,000 would take half an hour.
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_refusesEveryOtherPlace(uint16 element) public {
        vm.assume(element % 4096 != 3);
        refuse(notProven(element % 4096, 3), data(), element % 4096, ProofVectors.opening(3));
    }

    /// A pairing each: 10,000 would take half an hour.
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_refusesAnotherValue(uint256 change) public {
        vm.assume(change != 0);
        BlobProofs.Opening memory opening = ProofVectors.opening(3);
        opening.value ^= change;
        refuse(notProven(3, opening.value, hashOf(ProofVectors.DATA)), data(), 3, opening);
    }

    function test_refusesAnotherProof() public {
        BlobProofs.Opening memory opening = ProofVectors.opening(3);
        opening.proof = ProofVectors.opening(2).proof;
        refuse(notProven(3, 3), data(), 3, opening);
        opening.proof[20] ^= 0x01;
        refuse(notProven(3, 3), data(), 3, opening);
        // The value plus the modulus is the same element, but not below it.
        opening = ProofVectors.opening(3);
        unchecked {
            opening.value += 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001;
        }
        refuse(notProven(3, opening.value, hashOf(ProofVectors.DATA)), data(), 3, opening);
    }

    function test_refusesAnotherCommitment() public {
        BlobProofs.Blob memory blob = data();
        blob.commitment = ProofVectors.MANIFEST;
        refuse(notIn(blob), blob, 3, ProofVectors.opening(3));
        // That of a blob that is in the release, with the proof of another one
        blob = manifest();
        BlobProofs.Opening memory opening = ProofVectors.opening(3);
        refuse(notProven(3, opening.value, hashOf(ProofVectors.MANIFEST)), blob, 3, opening);
    }

    function test_refusesAnotherKindIndexOrRelease() public {
        for (uint8 kind = 0; kind < 5; ++kind) {
            if (kind == 1) continue;
            BlobProofs.Blob memory other = data();
            other.kind = kind;
            refuse(notIn(other), other, 3, ProofVectors.opening(3));
        }
        BlobProofs.Blob memory blob = data();
        blob.index = 0;
        refuse(notIn(blob), blob, 3, ProofVectors.opening(3));
        blob.index = 4;
        refuse(notIn(blob), blob, 3, ProofVectors.opening(3));
        blob = data();
        blob.releaseId = seal(BOB);
        refuse(notIn(blob), blob, 3, ProofVectors.opening(3));
        blob.siblings = data().siblings;
        blob.siblings[0] = bytes32(0);
        blob.releaseId = releaseId;
        refuse(notIn(blob), blob, 3, ProofVectors.opening(3));
    }

    /// An inner node shown as a leaf: the siblings lead from it to the root, but no commitment does.
    function test_refusesAnInnerNodeAsALeaf() public {
        BlobProofs.Blob memory blob = data();
        blob.siblings = only(blob.siblings[1]);
        refuse(notIn(blob), blob, 3, ProofVectors.opening(3));
        blob.commitment = bytes.concat(leaves[0], bytes16(leaves[1]));
        refuse(notIn(blob), blob, 3, ProofVectors.opening(3));
        blob.commitment = bytes.concat(leaves[0], leaves[1]);
        refuse(
            abi.encodeWithSelector(BlobProofs.InvalidCommitmentLength.selector, 64),
            blob,
            3,
            ProofVectors.opening(3)
        );
    }

    function test_refusesAReleaseThatIsNotSealed() public {
        bytes32[] memory hashes = only(hashOf(ProofVectors.DATA));
        BlobProofs.Blob memory blob = data();
        blob.releaseId = openAs(CAROL, hashes);
        refuse(notIn(blob), blob, 3, ProofVectors.opening(3));
        blob.releaseId = keccak256("nobody opened it");
        refuse(notIn(blob), blob, 3, ProofVectors.opening(3));
        blob.releaseId = bytes32(0);
        refuse(notIn(blob), blob, 3, ProofVectors.opening(3));
    }

    function test_refusesWrongLengths() public {
        BlobProofs.Blob memory blob = data();
        blob.commitment = slice(ProofVectors.DATA, 0, 47);
        refuse(
            abi.encodeWithSelector(BlobProofs.InvalidCommitmentLength.selector, 47),
            blob,
            3,
            ProofVectors.opening(3)
        );
        // 192 bytes altogether, cut in another place
        BlobProofs.Opening memory opening = ProofVectors.opening(3);
        opening.proof = bytes.concat(opening.proof, hex"00");
        refuse(
            abi.encodeWithSelector(BlobProofs.InvalidProofLength.selector, 3, 49),
            data(),
            3,
            opening
        );
        opening.proof = "";
        refuse(
            abi.encodeWithSelector(BlobProofs.InvalidProofLength.selector, 3, 0), data(), 3, opening
        );
    }

    function test_refusesRangesThatAreNotInABlob() public {
        refusePayload(invalidRange(0, 0), 0, 0, 0);
        refusePayload(invalidRange(5, 4), 5, 4, 1);
        refusePayload(invalidRange(0, 130_049), 0, 130_049, 1);
        refusePayload(
            invalidRange(type(uint256).max, type(uint256).max),
            type(uint256).max,
            type(uint256).max,
            1
        );
    }

    function test_refusesOpeningsTooFewTooManyOrOfOtherElements() public {
        refusePayload(count(4, 3), 0, 127, 3);
        refusePayload(count(4, 5), 0, 127, 5);
        refusePayload(count(1, 0), 0, 1, 0);
        BlobProofs.Opening[] memory openings = openingsOf(0, 4);
        (openings[1], openings[2]) = (openings[2], openings[1]);
        vm.expectRevert(notProven(1, 2));
        proofs.payloadOf(data(), 0, 127, openings);
    }

    function test_refusesAnElementThatNoPackerWrites() public {
        BlobProofs.Blob memory blob =
            BlobProofs.Blob(releaseId, 1, 0, ProofVectors.UNPACKED, pair(leaves[1], leaves[2]));
        BlobProofs.Opening[] memory openings = new BlobProofs.Opening[](1);
        openings[0] = BlobProofs.Opening(ProofVectors.UNPACKED_VALUE, ProofVectors.UNPACKED_PROOF);
        proofs.verifyElement(blob, 0, openings[0]);
        vm.expectRevert(
            abi.encodeWithSelector(BlobProofs.NotPayload.selector, 0, ProofVectors.UNPACKED_VALUE)
        );
        proofs.payloadOf(blob, 0, 31, openings);
    }

    function test_payloadOfAnotherReleaseIsRefused() public {
        BlobProofs.Blob memory blob = data();
        blob.releaseId = seal(BOB);
        BlobProofs.Opening[] memory openings = openingsOf(0, 1);
        vm.expectRevert(notIn(blob));
        proofs.payloadOf(blob, 0, 1, openings);
    }

    function test_knowsItsRegistryAndNothingElse() public view {
        equal(address(proofs.registry()), address(registry));
        equal(proofs.FIELD_ELEMENTS_PER_BLOB(), 4096);
        equal(proofs.PAYLOAD_BYTES_PER_BLOB(), 130_048);
        (uint256 first, uint256 found) = proofs.openingsFor(100, 130_048);
        equal(first, 0);
        equal(found, 4096);
    }

    /// Opens and seals a release of an account: leaves are data 0, data 1, manifest 2.
    function seal(address publisher) private returns (bytes32 id) {
        bytes32[] memory hashes = new bytes32[](3);
        hashes[0] = hashOf(ProofVectors.UNPACKED);
        hashes[1] = hashOf(ProofVectors.DATA);
        hashes[2] = hashOf(ProofVectors.MANIFEST);
        id = openAs(publisher, hashes);
        bytes32[] memory found = new bytes32[](3);
        for (uint256 i = 0; i < 3; ++i) {
            found[i] = leafOf(id, i == 2 ? 2 : 1, i, hashes[i]);
        }
        if (publisher == ALICE) leaves = found;
        bytes32 root = parentOf(parentOf(found[0], found[1]), found[2]);
        bytes32[] memory accumulators = only(chain(0, hashes));
        vm.blobhashes(hashesOf(9, 1));
        vm.prank(publisher);
        registry.seal(id, root, only(publisher), accumulators, new bytes32[](0));
    }

    function openAs(address publisher, bytes32[] memory hashes) private returns (bytes32) {
        vm.blobhashes(hashes);
        vm.prank(publisher);
        return registry.open(publisher, NAME, VERSION, only(publisher), uint32(hashes.length));
    }

    function data() private view returns (BlobProofs.Blob memory) {
        return
            BlobProofs.Blob(releaseId, 1, DATA_INDEX, ProofVectors.DATA, pair(leaves[0], leaves[2]));
    }

    function manifest() private view returns (BlobProofs.Blob memory) {
        return BlobProofs.Blob(
            releaseId, 2, 2, ProofVectors.MANIFEST, only(parentOf(leaves[0], leaves[1]))
        );
    }

    function openingsOf(uint256 first, uint256 number)
        private
        pure
        returns (BlobProofs.Opening[] memory openings)
    {
        openings = new BlobProofs.Opening[](number);
        for (uint256 i = 0; i < number; ++i) {
            openings[i] = ProofVectors.opening(first + i);
        }
    }

    function payload(uint256 from, uint256 to) private view returns (bytes memory) {
        (uint256 first, uint256 number) = proofs.openingsFor(from, to);
        return proofs.payloadOf(data(), from, to, openingsOf(first, number));
    }

    function refuse(
        bytes memory reason,
        BlobProofs.Blob memory blob,
        uint256 element,
        BlobProofs.Opening memory opening
    ) private {
        vm.expectRevert(reason);
        proofs.verifyElement(blob, element, opening);
    }

    function refusePayload(bytes memory reason, uint256 from, uint256 to, uint256 number) private {
        BlobProofs.Opening[] memory openings = openingsOf(0, number);
        BlobProofs.Blob memory blob = data();
        vm.expectRevert(reason);
        proofs.payloadOf(blob, from, to, openings);
    }

    function notProven(uint256 element, uint256 shown) private pure returns (bytes memory) {
        return notProven(element, ProofVectors.opening(shown).value, hashOf(ProofVectors.DATA));
    }

    function notProven(uint256 element, uint256 value, bytes32 versionedHash)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(BlobProofs.NotProven.selector, versionedHash, element, value);
    }

    function notIn(BlobProofs.Blob memory blob) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            BlobProofs.NotInRelease.selector,
            blob.releaseId,
            blob.kind,
            blob.index,
            hashOf(blob.commitment)
        );
    }

    function invalidRange(uint256 from, uint256 to) private pure returns (bytes memory) {
        return abi.encodeWithSelector(BlobProofs.InvalidRange.selector, from, to);
    }

    function count(uint256 expected, uint256 found) private pure returns (bytes memory) {
        return abi.encodeWithSelector(BlobProofs.OpeningCountMismatch.selector, expected, found);
    }

    function hashOf(bytes memory commitment) private pure returns (bytes32 hash) {
        bytes memory digest = bytes.concat(sha256(commitment));
        digest[0] = 0x01;
        return bytes32(digest);
    }

    function leafOf(bytes32 id, uint256 kind, uint256 index, bytes32 hash)
        private
        pure
        returns (bytes32)
    {
        bytes memory message = abi.encode(uint256(1), kind, id, index, hash);
        return keccak256(bytes.concat(keccak256(message)));
    }

    function parentOf(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
    }

    function slice(bytes memory whole, uint256 from, uint256 to)
        private
        pure
        returns (bytes memory part)
    {
        part = new bytes(to - from);
        for (uint256 i = 0; i < part.length; ++i) {
            part[i] = whole[from + i];
        }
    }

    function requireSame(bytes memory found, bytes memory expected) private pure {
        require(keccak256(found) == keccak256(expected), "expected other bytes");
    }
}
