// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The cheat codes that these tests use, of those that forge answers at a fixed address.
interface Vm {
    function assume(bool condition) external;

    function blobhashes(bytes32[] calldata hashes) external;

    function expectEmit(address emitter) external;

    function expectRevert(bytes calldata reason) external;

    function prank(address sender) external;

    function startPrank(address sender) external;

    function stopPrank() external;

    function roll(uint256 blockNumber) external;
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
