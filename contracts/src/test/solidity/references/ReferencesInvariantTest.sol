// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelReferences} from "../../../main/solidity/ModelReferences.sol";
import {ModelRegistry} from "../../../main/solidity/ModelRegistry.sol";
import {vm} from "../Vm.sol";
import {SealedReleasesTest} from "./SealedReleasesTest.sol";
import {SignedMoves} from "./SignedMoves.sol";

/// Tries everything, valid or not, and remembers what came of it.
contract ReferencesHandler {
    using SignedMoves for ModelReferences.BranchMove;

    struct Signed {
        ModelReferences.BranchMove move;
        bytes signature;
    }

    ModelRegistry private immutable registry;
    ModelReferences private immutable references;
    uint256[2] private models;
    bytes32[] private targets;
    uint256[3] private keys;
    string[2] private names = ["main", "next"];
    Signed[] private signed;

    mapping(uint256 modelId => mapping(string name => bytes32)) public tagOf;
    mapping(uint256 modelId => mapping(string name => uint256)) public movesOf;
    mapping(bytes32 digest => uint256) private submissions;
    bool public wasReplayed;
    bool public lackedRole;

    constructor(
        ModelRegistry registry_,
        ModelReferences references_,
        uint256[2] memory models_,
        bytes32[] memory targets_,
        uint256[3] memory keys_
    ) {
        registry = registry_;
        references = references_;
        models = models_;
        targets = targets_;
        keys = keys_;
    }

    function move(uint256 model, uint256 name, uint256 key, uint256 target, bool blindly) external {
        ModelReferences.BranchMove memory chosen = choose(model, name, key, target);
        if (blindly) chosen.from = targets[target / 7 % targets.length];
        vm.prank(chosen.by);
        try references.moveBranch(chosen.modelId, chosen.name, chosen.from, chosen.to) {
            remember(chosen);
        } catch {}
    }

    function sign(uint256 model, uint256 name, uint256 key, uint256 target) external {
        ModelReferences.BranchMove memory chosen = choose(model, name, key, target);
        bytes memory signature = chosen.signedWith(keys[key % keys.length], references);
        signed.push(Signed(chosen, signature));
    }

    /// Whatever was signed before, however often it was submitted.
    function submit(uint256 which) external {
        if (signed.length == 0) return;
        Signed memory chosen = signed[which % signed.length];
        try references.moveBranchSigned(chosen.move, chosen.signature) {
            remember(chosen.move);
            if (++submissions[chosen.move.digest(references)] > 1) wasReplayed = true;
        } catch {}
    }

    function setTag(uint256 model, uint256 name, uint256 key, uint256 target) external {
        ModelReferences.BranchMove memory chosen = choose(model, name, key, target);
        vm.prank(chosen.by);
        try references.setTag(chosen.modelId, chosen.name, chosen.to) {
            requireRole(chosen, ModelRegistry.Role.MAINTAINER);
            if (tagOf[chosen.modelId][chosen.name] == 0) {
                tagOf[chosen.modelId][chosen.name] = chosen.to;
            }
        } catch {}
    }

    function setRole(uint256 model, uint256 key, uint8 role) external {
        uint256 modelId = models[model % 2];
        vm.prank(registry.ownerOf(modelId));
        try registry.setCollaborator(
            modelId, vm.addr(keys[key % keys.length]), ModelRegistry.Role(role % 3)
        ) {}
            catch {}
    }

    function transfer(uint256 model, uint256 key) external {
        uint256 modelId = models[model % 2];
        address owner = registry.ownerOf(modelId);
        vm.prank(owner);
        registry.transferFrom(owner, vm.addr(keys[key % keys.length]), modelId);
    }

    function choose(uint256 model, uint256 name, uint256 key, uint256 target)
        private
        view
        returns (ModelReferences.BranchMove memory chosen)
    {
        chosen.by = vm.addr(keys[key % keys.length]);
        chosen.modelId = models[model % 2];
        chosen.name = names[name % 2];
        chosen.from = references.branch(chosen.modelId, chosen.name);
        chosen.to = targets[target % targets.length];
        chosen.moves = references.moves(chosen.modelId, chosen.name);
        chosen.deadline = block.timestamp;
    }

    function remember(ModelReferences.BranchMove memory made) private {
        ++movesOf[made.modelId][made.name];
        requireRole(
            made, made.to == 0 ? ModelRegistry.Role.MAINTAINER : ModelRegistry.Role.PUBLISHER
        );
    }

    function requireRole(ModelReferences.BranchMove memory made, ModelRegistry.Role needed)
        private
    {
        if (registry.roleOf(made.modelId, made.by) < needed) lackedRole = true;
    }
}

contract ReferencesInvariantTest is SealedReleasesTest {
    ModelReferences private references;
    ReferencesHandler private handler;
    uint256[2] private models;
    string[2] private names = ["main", "next"];

    function setUp() public override {
        super.setUp();
        references = new ModelReferences(registry);
        models = [modelId, davesModelId];
        bytes32[] memory targets = new bytes32[](7);
        (targets[0], targets[1], targets[2], targets[3]) = (first, 0, second, unsealed);
        (targets[4], targets[5], targets[6]) = (daves, keccak256("unknown"), daves);
        handler = new ReferencesHandler(
            registry, references, models, targets, [ALICE_KEY, BOB_KEY, CAROL_KEY]
        );
    }

    /// Forge asks which contracts it may call.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_aTagNeverChanges() public view {
        for (uint256 i = 0; i < 4; ++i) {
            (uint256 model, string memory name) = (models[i / 2], names[i % 2]);
            equal(references.tag(model, name), handler.tagOf(model, name));
        }
    }

    function invariant_aBranchStandsAtASealedReleaseOfItsModelOrNowhere() public view {
        for (uint256 i = 0; i < 4; ++i) {
            bytes32 head = references.branch(models[i / 2], names[i % 2]);
            if (head == 0) continue;
            require(registry.isSealed(head), "head is not sealed");
            equal(registry.release(head).modelId, models[i / 2]);
        }
    }

    function invariant_everyMoveIsCountedOnce() public view {
        for (uint256 i = 0; i < 4; ++i) {
            (uint256 model, string memory name) = (models[i / 2], names[i % 2]);
            equal(references.moves(model, name), handler.movesOf(model, name));
        }
    }

    function invariant_nothingHappensWithoutTheRoleNorTwice() public view {
        require(!handler.lackedRole(), "went through without the role");
        require(!handler.wasReplayed(), "one signature moved a branch twice");
    }

    /// A handler whose calls all fail would find every invariant kept.
    function test_theHandlersCallsGoThrough() public {
        handler.move(0, 0, 1, 0, false);
        equal(references.branch(modelId, "main"), first);
        handler.sign(0, 0, 0, 2);
        handler.submit(0);
        handler.submit(0);
        equal(references.branch(modelId, "main"), second);
        equal(handler.movesOf(modelId, "main"), 2);
        handler.setTag(0, 1, 2, 0);
        equal(handler.tagOf(modelId, "next"), first);
        handler.transfer(1, 0);
        handler.setRole(1, 1, 1);
        handler.move(1, 0, 1, 4, false);
        equal(references.branch(davesModelId, "main"), daves);
    }
}
