// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {ModelRegistryTest} from "./ModelRegistryTest.sol";
import {vm} from "./Vm.sol";

contract AppendTest is ModelRegistryTest {
    bytes32 private constant RELEASE = keccak256("release");

    function test_emitsTheNewAccumulator() public {
        bytes32[] memory hashes = hashesOf(1, 2);
        vm.blobhashes(hashes);
        vm.expectEmit(address(registry));
        emit ModelRegistry.BatchAppended(RELEASE, BOB, chain(0, hashes));
        vm.prank(BOB);
        registry.append(RELEASE, 0);
    }

    /// One vector by hand, so that the formula of these tests can't be wrong with the contract's.
    function test_packsTheChainAndTheCount() public {
        bytes32 hash = bytes32(uint256(1) << 248 | 0x2a);
        bytes32 expected = bytes32(bytes28(keccak256(abi.encodePacked(bytes32(0), hash))));
        bytes32 found = append(BOB, RELEASE, 0, only(hash));
        equal(bytes28(found), bytes28(expected));
        equal(uint32(uint256(found)), 1);
    }

    function testFuzz_chainsBatches(uint256 seed, uint8[12] calldata sizes) public {
        bytes32 expected;
        uint256 total;
        for (uint256 i = 0; i < sizes.length; ++i) {
            bytes32[] memory hashes = hashesOf(seed ^ i, sizes[i] % 6 + 1);
            total += hashes.length;
            bytes32 next = chain(expected, hashes);
            equal(append(BOB, RELEASE, expected, hashes), next);
            equal(registry.accumulator(RELEASE, BOB), next);
            expected = next;
        }
        equal(uint32(uint256(expected)), total);
    }

    function testFuzz_lanesAndReleasesDoNotTouchEachOther(uint256 order) public {
        address[3] memory lanes = [ALICE, BOB, CAROL];
        bytes32[2] memory releases = [RELEASE, keccak256("another")];
        bytes32[6] memory expected;
        for (uint256 i = 0; i < 24; ++i) {
            uint256 which = uint256(keccak256(abi.encode(order, i))) % 6;
            bytes32[] memory hashes = hashesOf(i, i % 6 + 1);
            append(lanes[which % 3], releases[which / 3], expected[which], hashes);
            expected[which] = chain(expected[which], hashes);
        }
        for (uint256 which = 0; which < 6; ++which) {
            equal(registry.accumulator(releases[which / 3], lanes[which % 3]), expected[which]);
        }
    }

    function test_refusesTheSameBatchTwice() public {
        bytes32 first = append(BOB, RELEASE, 0, hashesOf(1, 6));
        vm.expectRevert(mismatch(BOB, first, 0));
        vm.prank(BOB);
        registry.append(RELEASE, 0);

        bytes32 second = append(BOB, RELEASE, first, hashesOf(2, 6));
        vm.expectRevert(mismatch(BOB, second, first));
        vm.prank(BOB);
        registry.append(RELEASE, first);
        equal(registry.accumulator(RELEASE, BOB), second);
    }

    function test_refusesAGap() public {
        bytes32 first = chain(0, hashesOf(1, 6));
        vm.blobhashes(hashesOf(2, 6));
        vm.expectRevert(mismatch(BOB, 0, first));
        vm.prank(BOB);
        registry.append(RELEASE, first);

        append(BOB, RELEASE, 0, hashesOf(1, 6));
        append(BOB, RELEASE, first, hashesOf(2, 6));
    }

    function testFuzz_refusesEveryOtherPrevious(bytes32 previous) public {
        bytes32 stored = append(BOB, RELEASE, 0, hashesOf(1, 3));
        vm.assume(previous != stored);
        vm.expectRevert(mismatch(BOB, stored, previous));
        vm.prank(BOB);
        registry.append(RELEASE, previous);
    }

    function test_refusesATransactionWithoutBlobs() public {
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.NoBlobs.selector));
        vm.prank(BOB);
        registry.append(RELEASE, 0);
    }

    function mismatch(address lane, bytes32 expected, bytes32 found)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ModelRegistry.AccumulatorMismatch.selector, lane, expected, found
        );
    }
}
