// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelReferences} from "../../../main/solidity/ModelReferences.sol";
import {ModelRegistry} from "../../../main/solidity/ModelRegistry.sol";
import {vm} from "../Vm.sol";
import {SealedReleasesTest} from "./SealedReleasesTest.sol";

contract BranchTest is SealedReleasesTest {
    ModelReferences private references;

    function setUp() public override {
        super.setUp();
        references = new ModelReferences(registry);
    }

    function test_knowsItsRegistryAndItsBlock() public view {
        equal(address(references.registry()), address(registry));
        equal(references.deploymentBlock(), 100);
    }

    function test_createsMovesAndDeletesABranch() public {
        equal(references.branch(modelId, "main"), bytes32(0));
        equal(references.moves(modelId, "main"), 0);
        moves(BOB, 0, first, 1);
        moves(CAROL, first, second, 2);
        moves(ALICE, second, first, 3);
        moves(CAROL, first, 0, 4);
        moves(BOB, 0, second, 5);
        moves(ALICE, second, 0, 6);
    }

    function test_countsAMoveToWhereTheBranchStands() public {
        moves(BOB, 0, first, 1);
        moves(BOB, first, first, 2);
    }

    function test_keepsBranchesApart() public {
        moves(BOB, 0, first, 1);
        vm.prank(BOB);
        references.moveBranch(modelId, "next", 0, second);
        vm.prank(DAVE);
        references.moveBranch(davesModelId, "main", 0, daves);
        equal(references.branch(modelId, "main"), first);
        equal(references.branch(modelId, "next"), second);
        equal(references.branch(davesModelId, "main"), daves);
        equal(references.tag(modelId, "main"), bytes32(0));
        equal(references.moves(modelId, "main"), 1);
        equal(references.moves(modelId, "next"), 1);
        equal(references.moves(davesModelId, "main"), 1);
    }

    function test_leavesDeletingToMaintainers() public {
        moves(BOB, 0, first, 1);
        refuse(
            BOB,
            first,
            0,
            notAllowed(modelId, BOB, ModelRegistry.Role.MAINTAINER, ModelRegistry.Role.PUBLISHER)
        );
    }

    function testFuzz_refusesStrangers(address stranger, bool deletes) public {
        vm.assume(stranger != ALICE && stranger != BOB && stranger != CAROL);
        moves(BOB, 0, first, 1);
        ModelRegistry.Role needed =
            deletes ? ModelRegistry.Role.MAINTAINER : ModelRegistry.Role.PUBLISHER;
        refuse(
            stranger,
            first,
            deletes ? bytes32(0) : second,
            notAllowed(modelId, stranger, needed, ModelRegistry.Role.NONE)
        );
    }

    function test_refusesAModelThatIsNotRegistered() public {
        uint256 unknown = registry.modelIdOf(ALICE, "another");
        vm.expectRevert(
            notAllowed(unknown, ALICE, ModelRegistry.Role.PUBLISHER, ModelRegistry.Role.NONE)
        );
        vm.prank(ALICE);
        references.moveBranch(unknown, "main", 0, first);
    }

    function test_aRoleThatWasTakenBackNoLongerCounts() public {
        moves(BOB, 0, first, 1);
        setRole(ALICE, BOB, ModelRegistry.Role.NONE);
        refuse(
            BOB,
            first,
            second,
            notAllowed(modelId, BOB, ModelRegistry.Role.PUBLISHER, ModelRegistry.Role.NONE)
        );
    }

    function test_aTransferTakesTheBranchesAlong() public {
        moves(BOB, 0, first, 1);
        transferTo(DAVE);
        refuse(
            BOB,
            first,
            second,
            notAllowed(modelId, BOB, ModelRegistry.Role.PUBLISHER, ModelRegistry.Role.NONE)
        );
        refuse(
            ALICE,
            first,
            0,
            notAllowed(modelId, ALICE, ModelRegistry.Role.MAINTAINER, ModelRegistry.Role.NONE)
        );
        moves(DAVE, first, second, 2);
        moves(DAVE, second, 0, 3);
    }

    function testFuzz_refusesEveryOtherHead(bytes32 from) public {
        vm.assume(from != first);
        moves(BOB, 0, first, 1);
        refuse(CAROL, from, second, headMismatch(first, from));
        refuse(CAROL, from, 0, headMismatch(first, from));
    }

    function test_letsOneOfTwoWritersThrough() public {
        refuse(BOB, first, second, headMismatch(0, first));
        moves(BOB, 0, first, 1);
        refuse(CAROL, 0, second, headMismatch(first, 0));
        moves(CAROL, first, second, 2);
        refuse(BOB, first, first, headMismatch(second, first));
    }

    function testFuzz_refusesAReleaseThatIsNotSealed(bytes32 unknown) public {
        vm.assume(unknown != 0 && unknown != first && unknown != second && unknown != daves);
        refuse(BOB, 0, unknown, notSealed(unknown));
        refuse(BOB, 0, unsealed, notSealed(unsealed));
    }

    function test_refusesAReleaseOfAnotherModel() public {
        bytes memory reason = abi.encodeWithSelector(
            ModelReferences.ReleaseOfAnotherModel.selector, daves, modelId, davesModelId
        );
        refuse(BOB, 0, daves, reason);
    }

    function test_takesEveryByteThatANameMayHoldAndNoOther() public {
        for (uint256 i = 0; i < 256; ++i) {
            bytes1 c = bytes1(uint8(i));
            bool inner = c == "." || c == "_" || c == "/" || c == "-";
            bool valid = (c >= "a" && c <= "z") || (c >= "0" && c <= "9");
            tryName(string(abi.encodePacked(c)), valid);
            tryName(string(abi.encodePacked("a", c)), valid || inner);
            tryName(string(abi.encodePacked("a", c, "z")), valid || inner);
        }
    }

    function test_boundsTheLengthOfNames() public {
        tryName("", false);
        tryName(repeated("n", 64), true);
        tryName(repeated("n", 65), false);
    }

    function tryName(string memory name, bool valid) private {
        if (!valid) {
            vm.expectRevert(abi.encodeWithSelector(ModelRegistry.InvalidName.selector, name));
        }
        vm.prank(BOB);
        references.moveBranch(modelId, name, 0, first);
        equal(references.branch(modelId, name), valid ? first : bytes32(0));
    }

    function moves(address caller, bytes32 from, bytes32 to, uint256 count) private {
        vm.expectEmit(address(references));
        emit ModelReferences.BranchMoved(modelId, keccak256("main"), "main", from, to, caller);
        vm.prank(caller);
        references.moveBranch(modelId, "main", from, to);
        equal(references.branch(modelId, "main"), to);
        equal(references.moves(modelId, "main"), count);
    }

    function refuse(address caller, bytes32 from, bytes32 to, bytes memory reason) private {
        bytes32 head = references.branch(modelId, "main");
        uint256 count = references.moves(modelId, "main");
        vm.expectRevert(reason);
        vm.prank(caller);
        references.moveBranch(modelId, "main", from, to);
        equal(references.branch(modelId, "main"), head);
        equal(references.moves(modelId, "main"), count);
    }

    function headMismatch(bytes32 expected, bytes32 found) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ModelReferences.HeadMismatch.selector, expected, found);
    }
}
