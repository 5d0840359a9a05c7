// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {ModelRegistryTest} from "./ModelRegistryTest.sol";
import {vm} from "./Vm.sol";

contract StatusTest is ModelRegistryTest {
    bytes32 private first;
    bytes32 private second;
    uint256 private modelId;

    function setUp() public override {
        super.setUp();
        first = publish(ALICE, ALICE, "1.0");
        second = publish(ALICE, ALICE, "2.0");
        modelId = registry.modelIdOf(ALICE, NAME);
        vm.roll(200);
    }

    function test_isActiveUntilSomebodySaysOtherwise() public view {
        isStanding(ModelRegistry.Status.ACTIVE, 0, 0);
    }

    function testFuzz_standsBesideTheRecordWhichStaysAsItIs(uint8 which) public {
        ModelRegistry.Status status = ModelRegistry.Status(which % 4);
        bytes32 successor = status == ModelRegistry.Status.SUPERSEDED ? second : bytes32(0);
        bytes32 before = keccak256(abi.encode(registry.release(first)));
        vm.expectEmit(address(registry));
        emit ModelRegistry.StatusSet(first, ALICE, status, successor, "because");
        vm.prank(ALICE);
        registry.setStatus(first, status, successor, "because");
        isStanding(status, 200, successor);
        equal(keccak256(abi.encode(registry.release(first))), before);
    }

    function test_maintainersSayItAndPublishersDoNot() public {
        give(ModelRegistry.Role.PUBLISHER);
        vm.expectRevert(
            abi.encodeWithSelector(
                ModelRegistry.NotAllowed.selector,
                modelId,
                BOB,
                ModelRegistry.Role.MAINTAINER,
                ModelRegistry.Role.PUBLISHER
            )
        );
        set(BOB, first, ModelRegistry.Status.REVOKED, 0);

        give(ModelRegistry.Role.MAINTAINER);
        set(BOB, first, ModelRegistry.Status.REVOKED, 0);
        isStanding(ModelRegistry.Status.REVOKED, 200, 0);
        set(ALICE, first, ModelRegistry.Status.ACTIVE, 0);
        isStanding(ModelRegistry.Status.ACTIVE, 200, 0);
    }

    function test_refusesAReleaseThatIsNotSealed() public {
        bytes32 opened = open(only(ALICE), 1, hashesOf(1, 1));
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.NotSealed.selector, opened));
        set(ALICE, opened, ModelRegistry.Status.DEPRECATED, 0);
    }

    function test_aSuccessorIsAnotherSealedReleaseAndOnlyOfASupersededOne() public {
        refuseSuccessor(ModelRegistry.Status.SUPERSEDED, first);
        refuseSuccessor(ModelRegistry.Status.SUPERSEDED, 0);
        refuseSuccessor(ModelRegistry.Status.SUPERSEDED, open(only(ALICE), 1, hashesOf(1, 1)));
        refuseSuccessor(ModelRegistry.Status.DEPRECATED, second);
        refuseSuccessor(ModelRegistry.Status.ACTIVE, second);
        bytes32 bobs = publish(BOB, BOB, "1.0");
        set(ALICE, first, ModelRegistry.Status.SUPERSEDED, bobs);
        isStanding(ModelRegistry.Status.SUPERSEDED, 200, bobs);
    }

    function test_takesAReasonOf256BytesAndNotOneMore() public {
        vm.startPrank(ALICE);
        registry.setStatus(first, ModelRegistry.Status.REVOKED, 0, string(new bytes(256)));
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.ReasonTooLong.selector, 257));
        registry.setStatus(first, ModelRegistry.Status.REVOKED, 0, string(new bytes(257)));
        vm.stopPrank();
    }

    function give(ModelRegistry.Role role) private {
        vm.prank(ALICE);
        registry.setCollaborator(modelId, BOB, role);
    }

    function set(address caller, bytes32 id, ModelRegistry.Status status, bytes32 successor)
        private
    {
        vm.prank(caller);
        registry.setStatus(id, status, successor, "");
    }

    function refuseSuccessor(ModelRegistry.Status status, bytes32 successor) private {
        vm.expectRevert(
            abi.encodeWithSelector(ModelRegistry.InvalidSuccessor.selector, first, successor)
        );
        set(ALICE, first, status, successor);
    }

    function isStanding(ModelRegistry.Status status, uint64 since, bytes32 successor) private view {
        ModelRegistry.Standing memory found = registry.standing(first);
        require(found.status == status, "expected another status");
        equal(found.since, since);
        equal(found.successor, successor);
    }
}
