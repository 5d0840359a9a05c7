// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistryTest} from "./ModelRegistryTest.sol";
import {vm} from "./Vm.sol";

/// A tree of three leaves: ((data 0, data 1), manifest 0).
contract VerifyBlobTest is ModelRegistryTest {
    bytes32 private releaseId;
    bytes32[] private hashes;
    bytes32[] private proof;
    bytes32 private root;

    function setUp() public override {
        super.setUp();
        hashes = hashesOf(1, 3);
        releaseId = open(only(ALICE), 3, hashes);
        bytes32 first = leafOf(1, 0, hashes[0]);
        bytes32 manifest = leafOf(2, 0, hashes[2]);
        bytes32 second = leafOf(1, 1, hashes[1]);
        root = parentOf(parentOf(first, second), manifest);
        proof = pair(first, manifest);
    }

    function test_acceptsABlobOfASealedRelease() public {
        require(!registry.verifyBlob(releaseId, 1, 1, hashes[1], proof), "not sealed yet");
        sealIt();
        require(registry.verifyBlob(releaseId, 1, 1, hashes[1], proof), "is in the tree");
        bytes32 data = parentOf(leafOf(1, 0, hashes[0]), leafOf(1, 1, hashes[1]));
        require(registry.verifyBlob(releaseId, 2, 0, hashes[2], only(data)), "manifest blob");
    }

    function test_refusesAnotherPlaceKindHashOrRelease() public {
        sealIt();
        require(!registry.verifyBlob(releaseId, 1, 0, hashes[1], proof), "another index");
        require(!registry.verifyBlob(releaseId, 2, 1, hashes[1], proof), "another kind");
        require(!registry.verifyBlob(releaseId, 1, 1, hashes[0], proof), "another hash");
        require(!registry.verifyBlob(releaseId, 1, 1, hashes[1], only(proof[0])), "short proof");
        require(!registry.verifyBlob(idOf(BOB), 1, 1, hashes[1], proof), "another release");
    }

    /// A node of the tree is no leaf, whatever blob it is said to be: a leaf is hashed twice, of 160
    /// bytes, a node once, of 64.
    function test_refusesANodeAsALeaf() public {
        sealIt();
        bytes32 node = parentOf(leafOf(1, 0, hashes[0]), leafOf(1, 1, hashes[1]));
        bytes32[] memory short = only(leafOf(2, 0, hashes[2]));
        for (uint8 kind = 1; kind <= 3; ++kind) {
            for (uint32 index = 0; index < 4; ++index) {
                require(!registry.verifyBlob(releaseId, kind, index, node, short), "a node");
                bytes32[] memory none = new bytes32[](0);
                require(!registry.verifyBlob(releaseId, kind, index, root, none), "the root");
            }
        }
    }

    function test_refusesSiblingsInAnotherOrder() public {
        sealIt();
        bytes32[] memory swapped = pair(proof[1], proof[0]);
        require(!registry.verifyBlob(releaseId, 1, 1, hashes[1], swapped), "another order");
    }

    function testFuzz_refusesEveryOtherBlob(uint8 kind, uint32 index, bytes32 hash) public {
        sealIt();
        vm.assume(kind != 1 || index != 1 || hash != hashes[1]);
        require(!registry.verifyBlob(releaseId, kind, index, hash, proof), "is not in the tree");
    }

    function test_knowsThreeKindsOfLeaf() public {
        for (uint8 kind = 0; kind < 5; ++kind) {
            setUp();
            root = leafOf(kind, 7, hashes[0]);
            sealIt();
            bool found = registry.verifyBlob(releaseId, kind, 7, hashes[0], new bytes32[](0));
            require(found == (kind >= 1 && kind <= 3), "kinds are 1, 2 and 3");
        }
    }

    function sealIt() private {
        vm.blobhashes(hashesOf(9, 1));
        vm.prank(ALICE);
        registry.seal(releaseId, root, only(ALICE), only(chain(0, hashes)), new bytes32[](0));
    }

    function leafOf(uint256 kind, uint256 index, bytes32 hash) private view returns (bytes32) {
        bytes memory message =
            bytes.concat(bytes32(uint256(1)), bytes32(kind), releaseId, bytes32(index), hash);
        return keccak256(bytes.concat(keccak256(message)));
    }

    function parentOf(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
    }
}
