// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {ModelRegistryTest} from "./ModelRegistryTest.sol";
import {vm} from "./Vm.sol";

contract SealTest is ModelRegistryTest {
    bytes32 private releaseId;
    bytes32 private alices;
    bytes32 private bobs;

    /// Alice's lane holds 6 blobs, Bob's 3 and 2.
    function setUp() public override {
        super.setUp();
        releaseId = open(aliceAndBob(), 11, hashesOf(1, 6));
        alices = chain(0, hashesOf(1, 6));
        bobs = append(BOB, releaseId, 0, hashesOf(2, 3));
        bobs = append(BOB, releaseId, bobs, hashesOf(3, 2));
        vm.roll(123);
    }

    function test_recordsTheSeal() public {
        bytes32[] memory rootManifest = hashesOf(9, 2);
        vm.blobhashes(rootManifest);
        vm.expectEmit(address(registry));
        emit ModelRegistry.ReleaseSealed(
            releaseId, ROOT, rootManifest, pair(alices, bobs), new bytes32[](0)
        );
        seal(ALICE, releaseId, aliceAndBob(), pair(alices, bobs), rootManifest);

        ModelRegistry.Release memory record = registry.release(releaseId);
        equal(record.publisher, ALICE);
        equal(record.blobCount, 11);
        equal(record.sealedAtBlock, 123);
        equal(record.merkleRoot, ROOT);
        equal(record.rootManifestDigest, keccak256(bytes.concat(rootManifest[0], rootManifest[1])));
        equal(record.accumulatorsDigest, keccak256(bytes.concat(alices, bobs)));
        equal(record.parentsDigest, bytes32(0));
    }

    function test_takesOneToSixRootManifestBlobs() public {
        refuse(
            ALICE,
            aliceAndBob(),
            pair(alices, bobs),
            hashesOf(9, 7),
            abi.encodeWithSelector(ModelRegistry.TooManyRootManifestBlobs.selector, 7)
        );
        refuse(
            ALICE,
            aliceAndBob(),
            pair(alices, bobs),
            hashesOf(9, 0),
            abi.encodeWithSelector(ModelRegistry.NoBlobs.selector)
        );
        seal(ALICE, releaseId, aliceAndBob(), pair(alices, bobs), hashesOf(9, 6));
    }

    function test_refusesASecondSeal() public {
        seal(ALICE, releaseId, aliceAndBob(), pair(alices, bobs), hashesOf(9, 1));
        refuse(
            ALICE,
            aliceAndBob(),
            pair(alices, bobs),
            hashesOf(9, 1),
            abi.encodeWithSelector(ModelRegistry.AlreadySealed.selector, releaseId)
        );
    }

    function test_aBatchAfterTheSealLeavesTheRecordAsItIs() public {
        seal(ALICE, releaseId, aliceAndBob(), pair(alices, bobs), hashesOf(9, 1));
        bytes32 before = keccak256(abi.encode(registry.release(releaseId)));
        append(BOB, releaseId, bobs, hashesOf(4, 1));
        equal(keccak256(abi.encode(registry.release(releaseId))), before);
    }

    function testFuzz_refusesStrangers(address stranger) public {
        vm.assume(stranger != ALICE);
        refuse(
            stranger,
            aliceAndBob(),
            pair(alices, bobs),
            hashesOf(9, 1),
            abi.encodeWithSelector(ModelRegistry.NotPublisher.selector, ALICE, stranger)
        );
    }

    function testFuzz_refusesAReleaseThatIsNotOpen(bytes32 other) public {
        vm.assume(other != releaseId);
        vm.blobhashes(hashesOf(9, 1));
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.NotOpened.selector, other));
        vm.prank(ALICE);
        registry.seal(other, ROOT, aliceAndBob(), pair(alices, bobs), new bytes32[](0));
    }

    function test_refusesAZeroRoot() public {
        vm.blobhashes(hashesOf(9, 1));
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.NoMerkleRoot.selector));
        vm.prank(ALICE);
        registry.seal(releaseId, 0, aliceAndBob(), pair(alices, bobs), new bytes32[](0));
    }

    function test_refusesOtherLanes() public {
        refuseLanes(only(ALICE), only(alices));
        address[] memory swapped = new address[](2);
        (swapped[0], swapped[1]) = (BOB, ALICE);
        refuseLanes(swapped, pair(bobs, alices));
        address[] memory another = aliceAndBob();
        another[1] = CAROL;
        refuseLanes(another, pair(alices, 0));
        address[] memory more = new address[](3);
        (more[0], more[1], more[2]) = (ALICE, BOB, CAROL);
        bytes32[] memory accumulators = new bytes32[](3);
        (accumulators[0], accumulators[1]) = (alices, bobs);
        refuseLanes(more, accumulators);
        refuseLanes(new address[](0), new bytes32[](0));
    }

    function test_refusesAnotherNumberOfAccumulators() public {
        refuse(
            ALICE,
            aliceAndBob(),
            only(alices),
            hashesOf(9, 1),
            abi.encodeWithSelector(ModelRegistry.AccumulatorCountMismatch.selector, 2, 1)
        );
    }

    function testFuzz_refusesOtherAccumulators(bytes32 other) public {
        vm.assume(other != alices && other != bobs);
        refuseAccumulators(pair(other, bobs), ALICE, alices, other);
        refuseAccumulators(pair(alices, other), BOB, bobs, other);
        refuseAccumulators(pair(bobs, alices), ALICE, alices, bobs);
    }

    function test_refusesMissingAndSurplusBlobs() public {
        super.setUp();
        open(aliceAndBob(), 11, hashesOf(1, 6));
        bytes32 three = append(BOB, releaseId, 0, hashesOf(2, 3));
        refuse(
            ALICE,
            aliceAndBob(),
            pair(alices, three),
            hashesOf(9, 1),
            abi.encodeWithSelector(ModelRegistry.BlobCountMismatch.selector, 11, 9)
        );
        setUp();
        bytes32 surplus = append(BOB, releaseId, bobs, hashesOf(4, 1));
        refuse(
            ALICE,
            aliceAndBob(),
            pair(alices, surplus),
            hashesOf(9, 1),
            abi.encodeWithSelector(ModelRegistry.BlobCountMismatch.selector, 11, 12)
        );
    }

    function refuseLanes(address[] memory lanes, bytes32[] memory accumulators) private {
        bytes32 expected = keccak256(abi.encode(ALICE, BOB));
        bytes32 found = keccak256(abi.encodePacked(lanes));
        refuse(
            ALICE,
            lanes,
            accumulators,
            hashesOf(9, 1),
            abi.encodeWithSelector(ModelRegistry.LanesMismatch.selector, expected, found)
        );
    }

    function refuseAccumulators(
        bytes32[] memory accumulators,
        address lane,
        bytes32 expected,
        bytes32 found
    ) private {
        refuse(
            ALICE,
            aliceAndBob(),
            accumulators,
            hashesOf(9, 1),
            abi.encodeWithSelector(
                ModelRegistry.AccumulatorMismatch.selector, lane, expected, found
            )
        );
    }

    function refuse(
        address caller,
        address[] memory lanes,
        bytes32[] memory accumulators,
        bytes32[] memory rootManifest,
        bytes memory reason
    ) private {
        vm.blobhashes(rootManifest);
        vm.expectRevert(reason);
        vm.prank(caller);
        registry.seal(releaseId, ROOT, lanes, accumulators, new bytes32[](0));
    }
}
