// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../../main/solidity/ModelRegistry.sol";
import {vm} from "../Vm.sol";

/// A registry with Alice's model, which Bob publishes and Carol maintains, and a model of Dave's.
abstract contract SealedReleasesTest {
    uint256 internal constant ALICE_KEY = 0xA11CE;
    uint256 internal constant BOB_KEY = 0xB0B;
    uint256 internal constant CAROL_KEY = 0xCA201;
    address internal immutable ALICE = vm.addr(ALICE_KEY);
    address internal immutable BOB = vm.addr(BOB_KEY);
    address internal immutable CAROL = vm.addr(CAROL_KEY);
    address internal constant DAVE = address(0xDA4E);
    uint256 internal constant NOW = 1_000_000;

    ModelRegistry internal registry;
    uint256 internal modelId;
    uint256 internal davesModelId;
    bytes32 internal first;
    bytes32 internal second;
    bytes32 internal unsealed;
    bytes32 internal daves;

    function setUp() public virtual {
        vm.roll(100);
        vm.warp(NOW);
        registry = new ModelRegistry();
        modelId = registry.modelIdOf(ALICE, "mini-lm");
        davesModelId = registry.modelIdOf(DAVE, "mini-lm");
        first = publish(ALICE, "1.0");
        second = publish(ALICE, "1.1");
        unsealed = open(ALICE, "2.0");
        daves = publish(DAVE, "1.0");
        setRole(ALICE, BOB, ModelRegistry.Role.PUBLISHER);
        setRole(ALICE, CAROL, ModelRegistry.Role.MAINTAINER);
    }

    function setRole(address owner, address account, ModelRegistry.Role role) internal {
        vm.prank(owner);
        registry.setCollaborator(modelId, account, role);
    }

    function transferTo(address to) internal {
        address owner = registry.ownerOf(modelId);
        vm.prank(owner);
        registry.transferFrom(owner, to, modelId);
    }

    function open(address owner, string memory version) private returns (bytes32) {
        vm.blobhashes(oneBlob());
        vm.prank(owner);
        return registry.open(owner, "mini-lm", version, only(owner), 1);
    }

    function publish(address owner, string memory version) private returns (bytes32 releaseId) {
        releaseId = open(owner, version);
        bytes32[] memory accumulators = new bytes32[](1);
        accumulators[0] = registry.accumulator(releaseId, owner);
        vm.blobhashes(oneBlob());
        vm.prank(owner);
        registry.seal(releaseId, keccak256("root"), only(owner), accumulators, new bytes32[](0));
    }

    function oneBlob() private pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](1);
        hashes[0] = bytes32(uint256(1) << 248 | 0x2a);
    }

    function only(address lane) private pure returns (address[] memory lanes) {
        lanes = new address[](1);
        lanes[0] = lane;
    }

    function notAllowed(
        uint256 model,
        address account,
        ModelRegistry.Role needed,
        ModelRegistry.Role found
    ) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ModelRegistry.NotAllowed.selector, model, account, needed, found
        );
    }

    function notSealed(bytes32 releaseId) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ModelRegistry.NotSealed.selector, releaseId);
    }

    function repeated(bytes1 c, uint256 length) internal pure returns (string memory) {
        bytes memory text = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            text[i] = c;
        }
        return string(text);
    }

    function equal(bytes32 found, bytes32 expected) internal pure {
        require(found == expected, "expected another 32-byte value");
    }

    function equal(uint256 found, uint256 expected) internal pure {
        require(found == expected, "expected another number");
    }

    function equal(address found, address expected) internal pure {
        require(found == expected, "expected another address");
    }
}
