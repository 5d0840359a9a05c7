// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelReferences} from "../../../main/solidity/ModelReferences.sol";
import {ModelRegistry} from "../../../main/solidity/ModelRegistry.sol";
import {vm} from "../Vm.sol";
import {SealedReleasesTest} from "./SealedReleasesTest.sol";

contract TagTest is SealedReleasesTest {
    ModelReferences private references;

    function setUp() public override {
        super.setUp();
        references = new ModelReferences(registry);
    }

    function test_maintainersAndTheOwnerSetTags() public {
        equal(references.tag(modelId, "v1"), bytes32(0));
        sets(CAROL, "v1", first);
        sets(ALICE, "v1.1", second);
        sets(ALICE, "lts", first);
        equal(references.tag(modelId, "v1"), first);
        equal(references.tag(davesModelId, "v1"), bytes32(0));
        equal(references.branch(modelId, "v1"), bytes32(0));
    }

    function test_refusesPublishersAndStrangers() public {
        refuseRole(BOB, ModelRegistry.Role.PUBLISHER);
        refuseRole(DAVE, ModelRegistry.Role.NONE);
    }

    function test_aTagIsNeverMoved() public {
        sets(CAROL, "v1", first);
        bytes memory reason = abi.encodeWithSelector(
            ModelReferences.TagAlreadySet.selector, modelId, keccak256("v1"), first
        );
        refuse(ALICE, second, reason);
        refuse(CAROL, first, reason);
        refuse(ALICE, 0, notSealed(0));
        transferTo(DAVE);
        refuse(DAVE, second, reason);
        equal(references.tag(modelId, "v1"), first);
    }

    function test_aTransferTakesTheRightAlong() public {
        transferTo(DAVE);
        refuseRole(ALICE, ModelRegistry.Role.NONE);
        refuseRole(CAROL, ModelRegistry.Role.NONE);
        sets(DAVE, "v1", first);
    }

    function testFuzz_refusesAReleaseThatIsNotSealed(bytes32 unknown) public {
        vm.assume(unknown != first && unknown != second && unknown != daves);
        refuse(CAROL, unknown, notSealed(unknown));
        refuse(CAROL, unsealed, notSealed(unsealed));
    }

    function test_refusesAReleaseOfAnotherModel() public {
        refuse(
            CAROL,
            daves,
            abi.encodeWithSelector(
                ModelReferences.ReleaseOfAnotherModel.selector, daves, modelId, davesModelId
            )
        );
    }

    function test_checksNames() public {
        refuseName("");
        refuseName("V1");
        refuseName("-v1");
        refuseName(repeated("n", 65));
        sets(CAROL, repeated("n", 64), first);
        sets(CAROL, "release/2026-01_a.b", first);
    }

    function sets(address caller, string memory name, bytes32 releaseId) private {
        vm.expectEmit(address(references));
        emit ModelReferences.TagSet(modelId, keccak256(bytes(name)), name, releaseId, caller);
        vm.prank(caller);
        references.setTag(modelId, name, releaseId);
        equal(references.tag(modelId, name), releaseId);
    }

    function refuse(address caller, bytes32 releaseId, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(caller);
        references.setTag(modelId, "v1", releaseId);
    }

    function refuseRole(address caller, ModelRegistry.Role found) private {
        refuse(caller, first, notAllowed(modelId, caller, ModelRegistry.Role.MAINTAINER, found));
    }

    function refuseName(string memory name) private {
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.InvalidName.selector, name));
        vm.prank(CAROL);
        references.setTag(modelId, name, first);
    }
}
