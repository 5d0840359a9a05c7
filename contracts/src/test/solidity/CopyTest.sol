// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {ModelRegistryTest} from "./ModelRegistryTest.sol";
import {vm} from "./Vm.sol";

/// Whoever publishes what another published gets a release of the own name, and the later block.
contract CopyTest is ModelRegistryTest {
    function test_theRecordShowsWhoWasFirst() public {
        bytes32 original = publish(ALICE, ALICE, VERSION);
        vm.roll(101);
        bytes32 copy = publish(BOB, BOB, VERSION);

        require(original != copy, "the id has the creator in it");
        ModelRegistry.Release memory first = registry.release(original);
        ModelRegistry.Release memory second = registry.release(copy);
        require(first.rootManifestDigest == second.rootManifestDigest, "the same blobs");
        require(first.publisher == ALICE && second.publisher == BOB, "each its publisher");
        require(first.sealedAtBlock == 100 && second.sealedAtBlock == 101, "each its block");
        require(first.modelId != second.modelId, "each its model");
    }

    function test_aCopyTakesNothingFromTheOriginal() public {
        bytes32 original = publish(ALICE, ALICE, VERSION);
        bytes32 before = keccak256(abi.encode(registry.release(original)));
        publish(BOB, BOB, VERSION);
        require(keccak256(abi.encode(registry.release(original))) == before, "unchanged");
        require(registry.ownerOf(registry.modelOf(original)) == ALICE, "still hers");
    }
}
