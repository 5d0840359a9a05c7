// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {ModelRegistryTest} from "./ModelRegistryTest.sol";
import {vm} from "./Vm.sol";

contract ParentsTest is ModelRegistryTest {
    bytes32[] private parents;

    /// Eight sealed releases, of two publishers.
    function setUp() public override {
        super.setUp();
        delete parents;
        for (uint256 i = 0; i < 8; ++i) {
            address publisher = i % 2 == 0 ? ALICE : BOB;
            string memory version = string(abi.encodePacked(bytes1(uint8(0x30 + i))));
            parents.push(publish(publisher, publisher, version));
        }
    }

    function test_recordsParentsInTheirOrder() public {
        bytes32[] memory found = parents;
        bytes32[] memory hashes = hashesOf(1, 1);
        bytes32 releaseId = open(only(CAROL), 1, hashes);
        require(!registry.hasParents(releaseId, new bytes32[](0)), "not sealed yet");
        vm.expectEmit(address(registry));
        emit ModelRegistry.ReleaseSealed(releaseId, ROOT, hashes, only(chain(0, hashes)), found);
        vm.prank(CAROL);
        registry.seal(releaseId, ROOT, only(CAROL), only(chain(0, hashes)), found);
        equal(
            registry.release(releaseId).parentsDigest,
            keccak256(
                bytes.concat(
                    bytes.concat(parents[0], parents[1], parents[2], parents[3]),
                    bytes.concat(parents[4], parents[5], parents[6], parents[7])
                )
            )
        );
        require(registry.hasParents(releaseId, parents), "these are its parents");
        (parents[0], parents[7]) = (parents[7], parents[0]);
        require(!registry.hasParents(releaseId, parents), "another order");
        parents.pop();
        require(!registry.hasParents(releaseId, parents), "one left out");
        require(!registry.hasParents(releaseId, new bytes32[](0)), "all left out");
    }

    function test_aReleaseWithoutParentsHasNone() public view {
        require(registry.hasParents(parents[0], new bytes32[](0)), "none");
        require(!registry.hasParents(parents[0], only(parents[1])), "one");
        require(!registry.hasParents(keccak256("unknown"), new bytes32[](0)), "no such release");
    }

    function test_refusesAParentThatIsNotSealed() public {
        bytes32 opened = open(only(ALICE), 1, hashesOf(1, 1));
        refuse(pair(parents[0], opened), ModelRegistry.ParentNotSealed.selector, opened);
    }

    function test_refusesAParentThatNobodyKnows() public {
        bytes32 unknown = keccak256("unknown");
        refuse(only(unknown), ModelRegistry.ParentNotSealed.selector, unknown);
    }

    /// It is not sealed yet when it says so.
    function test_refusesItselfAsParent() public {
        bytes32 itself = registry.releaseIdOf(CAROL, NAME, VERSION);
        refuse(only(itself), ModelRegistry.ParentNotSealed.selector, itself);
    }

    function testFuzz_refusesAParentTwice(uint256 from, uint256 to) public {
        from = from % 8;
        to = to % 8;
        vm.assume(from != to);
        parents[to] = parents[from];
        refuse(parents, ModelRegistry.DuplicateParent.selector, parents[from]);
    }

    function test_refusesMoreThanEight() public {
        parents.push(publish(ALICE, ALICE, "9"));
        refuse(parents, ModelRegistry.TooManyParents.selector, bytes32(uint256(9)));
    }

    function refuse(bytes32[] memory found, bytes4 selector, bytes32 argument) private {
        bytes32[] memory hashes = hashesOf(1, 1);
        bytes32 releaseId = open(only(CAROL), 1, hashes);
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
        vm.prank(CAROL);
        registry.seal(releaseId, ROOT, only(CAROL), only(chain(0, hashes)), found);
    }
}
