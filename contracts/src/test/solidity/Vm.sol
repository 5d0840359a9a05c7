// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The cheat codes that these tests use, of those that forge answers at a fixed address.
interface Vm {
    function addr(uint256 privateKey) external pure returns (address);

    function assume(bool condition) external;

    function blobhashes(bytes32[] calldata hashes) external;

    function chainId(uint256 id) external;

    function deal(address account, uint256 wei_) external;

    function eip712HashTypedData(string calldata json) external pure returns (bytes32);

    function expectEmit(address emitter) external;

    function expectRevert(bytes calldata reason) external;

    function prank(address sender) external;

    function startPrank(address sender) external;

    function stopPrank() external;

    function roll(uint256 blockNumber) external;

    function sign(uint256 privateKey, bytes32 digest)
        external
        pure
        returns (uint8 v, bytes32 r, bytes32 s);

    function warp(uint256 timestamp) external;
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
