// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {ModelRegistryTest} from "./ModelRegistryTest.sol";
import {vm} from "./Vm.sol";

/// Who owns a model, and who may do what for it.
contract ModelTest is ModelRegistryTest {
    uint256 private modelId;
    bytes32 private releaseId;

    function setUp() public override {
        super.setUp();
        releaseId = publish(ALICE, ALICE, "1.0");
        modelId = registry.modelIdOf(ALICE, NAME);
    }

    function test_belongsToWhoOpensItsFirstRelease() public view {
        equal(registry.ownerOf(modelId), ALICE);
        equal(registry.release(releaseId).modelId, modelId);
        equal(registry.modelOf(releaseId), modelId);
        equal(registry.modelOf(keccak256("unknown")), 0);
        equal(modelId, uint256(keccak256(abi.encode(ALICE, NAME))));
        isRole(ALICE, ModelRegistry.Role.OWNER);
        isRole(BOB, ModelRegistry.Role.NONE);
        isRole(address(0), ModelRegistry.Role.NONE);
        require(
            registry.roleOf(registry.modelIdOf(BOB, NAME), address(0)) == ModelRegistry.Role.NONE,
            "a model that is not registered has no owner"
        );
    }

    function test_hasOneTokenForAllItsReleases() public {
        publish(ALICE, ALICE, "2.0");
        equal(registry.balanceOf(ALICE), 1);
    }

    function test_twoAccountsMayUseOneNameAndNeitherTheOthers() public {
        bytes32 bobs = publish(BOB, BOB, "1.0");
        require(bobs != releaseId, "two creators, one release");
        equal(registry.ownerOf(registry.modelIdOf(BOB, NAME)), BOB);
        refuseOpen(BOB, ALICE, "2.0", ModelRegistry.Role.NONE);
    }

    function test_nobodyRegistersAModelUnderAnothersName() public {
        uint256 carols = registry.modelIdOf(CAROL, NAME);
        vm.blobhashes(hashesOf(1, 1));
        refuseRole(carols, BOB, ModelRegistry.Role.PUBLISHER, ModelRegistry.Role.NONE);
        vm.prank(BOB);
        registry.open(CAROL, NAME, VERSION, only(BOB), 1);
    }

    function test_collaboratorsPublishUnderTheCreatorsName() public {
        collaborate(BOB, ModelRegistry.Role.PUBLISHER);
        bytes32 second = publish(BOB, ALICE, "2.0");
        equal(second, registry.releaseIdOf(ALICE, NAME, "2.0"));
        equal(registry.release(second).publisher, BOB);
        equal(registry.ownerOf(modelId), ALICE);

        collaborate(BOB, ModelRegistry.Role.NONE);
        refuseOpen(BOB, ALICE, "3.0", ModelRegistry.Role.NONE);
    }

    function test_onlyTheOwnerGivesRoles() public {
        collaborate(BOB, ModelRegistry.Role.MAINTAINER);
        refuseRole(modelId, BOB, ModelRegistry.Role.OWNER, ModelRegistry.Role.MAINTAINER);
        vm.prank(BOB);
        registry.setCollaborator(modelId, CAROL, ModelRegistry.Role.PUBLISHER);
    }

    function test_nobodyIsMadeOwnerByARole() public {
        bytes memory reason = abi.encodeWithSelector(ModelRegistry.OwnerByTransferOnly.selector);
        vm.startPrank(ALICE);
        vm.expectRevert(reason);
        registry.setCollaborator(modelId, BOB, ModelRegistry.Role.OWNER);
        vm.expectRevert(reason);
        registry.setCollaborator(modelId, ALICE, ModelRegistry.Role.NONE);
        vm.stopPrank();
    }

    function test_aTransferMovesTheModelAndEndsAllRoles() public {
        collaborate(BOB, ModelRegistry.Role.MAINTAINER);
        transfer(ALICE, CAROL);
        isRole(CAROL, ModelRegistry.Role.OWNER);
        isRole(ALICE, ModelRegistry.Role.NONE);
        isRole(BOB, ModelRegistry.Role.NONE);
        refuseOpen(ALICE, ALICE, "2.0", ModelRegistry.Role.NONE);
        refuseOpen(BOB, ALICE, "2.0", ModelRegistry.Role.NONE);

        equal(publish(CAROL, ALICE, "2.0"), registry.releaseIdOf(ALICE, NAME, "2.0"));
        equal(registry.release(releaseId).publisher, ALICE);
    }

    function test_rolesDoNotComeBackWithTheModel() public {
        collaborate(BOB, ModelRegistry.Role.PUBLISHER);
        transfer(ALICE, CAROL);
        transfer(CAROL, ALICE);
        isRole(BOB, ModelRegistry.Role.NONE);
        isRole(CAROL, ModelRegistry.Role.NONE);
        isRole(ALICE, ModelRegistry.Role.OWNER);
    }

    function test_whoLostTheModelDoesNotSealWhatHeOpened() public {
        bytes32[] memory hashes = hashesOf(1, 1);
        bytes32 second = open(only(ALICE), 1, hashes);
        transfer(ALICE, CAROL);
        vm.blobhashes(hashesOf(9, 1));
        refuseRole(modelId, ALICE, ModelRegistry.Role.PUBLISHER, ModelRegistry.Role.NONE);
        vm.prank(ALICE);
        registry.seal(second, ROOT, only(ALICE), only(chain(0, hashes)), new bytes32[](0));
    }

    /// An approved account may move the token, as ERC-721 has it, and nothing else.
    function test_approvalsAreNoRoles() public {
        vm.prank(ALICE);
        registry.approve(BOB, modelId);
        isRole(BOB, ModelRegistry.Role.NONE);
        refuseOpen(BOB, ALICE, "2.0", ModelRegistry.Role.NONE);
    }

    function testFuzz_rolesOfOneModelAreNoneOfAnother(uint8 role) public {
        ModelRegistry.Role given = ModelRegistry.Role(role % 3);
        publish(ALICE, ALICE, "acme/other", "1.0", new bytes32[](0));
        uint256 other = registry.modelIdOf(ALICE, "acme/other");
        collaborate(BOB, given);
        isRole(BOB, given);
        require(registry.roleOf(other, BOB) == ModelRegistry.Role.NONE, "a role of one model only");
    }

    function collaborate(address account, ModelRegistry.Role role) private {
        vm.expectEmit(address(registry));
        emit ModelRegistry.CollaboratorSet(modelId, account, role);
        vm.prank(ALICE);
        registry.setCollaborator(modelId, account, role);
    }

    function transfer(address from, address to) private {
        vm.prank(from);
        registry.transferFrom(from, to, modelId);
    }

    function isRole(address account, ModelRegistry.Role role) private view {
        require(registry.roleOf(modelId, account) == role, "expected another role");
    }

    function refuseOpen(
        address caller,
        address creator,
        string memory version,
        ModelRegistry.Role found
    ) private {
        vm.blobhashes(hashesOf(1, 1));
        refuseRole(registry.modelIdOf(creator, NAME), caller, ModelRegistry.Role.PUBLISHER, found);
        vm.prank(caller);
        registry.open(creator, NAME, version, only(caller), 1);
    }

    function refuseRole(
        uint256 model,
        address account,
        ModelRegistry.Role needed,
        ModelRegistry.Role found
    ) private {
        vm.expectRevert(
            abi.encodeWithSelector(ModelRegistry.NotAllowed.selector, model, account, needed, found)
        );
    }
}
