// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {vm} from "./Vm.sol";

/// What the tests of the registry share: accounts, blobs, and the formulas written a second time.
abstract contract ModelRegistryTest {
    string internal constant NAME = "acme/mini-lm";
    string internal constant VERSION = "1.0.0+int8";
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    address internal constant CAROL = address(0xCA201);
    bytes32 internal constant ROOT = keccak256("root");

    ModelRegistry internal registry;

    function setUp() public virtual {
        vm.roll(100);
        registry = new ModelRegistry();
    }

    /// Of one blob and one lane, the caller's own.
    function publish(address publisher, address creator, string memory version)
        internal
        returns (bytes32 releaseId)
    {
        return publish(publisher, creator, NAME, version, new bytes32[](0));
    }

    function publish(
        address publisher,
        address creator,
        string memory model,
        string memory version,
        bytes32[] memory parents
    ) internal returns (bytes32 releaseId) {
        bytes32[] memory hashes = hashesOf(7, 1);
        vm.blobhashes(hashes);
        vm.startPrank(publisher);
        releaseId = registry.open(creator, model, version, only(publisher), 1);
        registry.seal(releaseId, ROOT, only(publisher), only(chain(0, hashes)), parents);
        vm.stopPrank();
    }

    function hashesOf(uint256 seed, uint256 count) internal pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 digest = uint256(keccak256(abi.encode(seed, i)));
            hashes[i] = bytes32((digest & (type(uint256).max >> 8)) | (1 << 248));
        }
    }

    /// Byte by byte, unlike the contract: 28 bytes of the chain, then the count, big-endian.
    function chain(bytes32 previous, bytes32[] memory hashes) internal pure returns (bytes32) {
        bytes memory message = bytes.concat(previous);
        for (uint256 i = 0; i < hashes.length; ++i) {
            message = bytes.concat(message, hashes[i]);
        }
        uint256 count = uint256(previous) % 2 ** 32 + hashes.length;
        return bytes32(uint256(keccak256(message)) / 2 ** 32 * 2 ** 32 + count);
    }

    function idOf(address publisher) internal pure returns (bytes32) {
        return keccak256(abi.encode(publisher, NAME, VERSION));
    }

    function only(address lane) internal pure returns (address[] memory lanes) {
        lanes = new address[](1);
        lanes[0] = lane;
    }

    function aliceAndBob() internal pure returns (address[] memory lanes) {
        lanes = new address[](2);
        lanes[0] = ALICE;
        lanes[1] = BOB;
    }

    function only(bytes32 value) internal pure returns (bytes32[] memory values) {
        values = new bytes32[](1);
        values[0] = value;
    }

    function pair(bytes32 first, bytes32 second) internal pure returns (bytes32[] memory values) {
        values = new bytes32[](2);
        values[0] = first;
        values[1] = second;
    }

    function open(address[] memory lanes, uint32 blobCount, bytes32[] memory hashes)
        internal
        returns (bytes32)
    {
        vm.blobhashes(hashes);
        vm.prank(lanes[0]);
        return registry.open(lanes[0], NAME, VERSION, lanes, blobCount);
    }

    function append(address lane, bytes32 releaseId, bytes32 previous, bytes32[] memory hashes)
        internal
        returns (bytes32)
    {
        vm.blobhashes(hashes);
        vm.prank(lane);
        return registry.append(releaseId, previous);
    }

    function seal(
        address caller,
        bytes32 releaseId,
        address[] memory lanes,
        bytes32[] memory accumulators,
        bytes32[] memory rootManifest
    ) internal {
        vm.blobhashes(rootManifest);
        vm.prank(caller);
        registry.seal(releaseId, ROOT, lanes, accumulators, new bytes32[](0));
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
