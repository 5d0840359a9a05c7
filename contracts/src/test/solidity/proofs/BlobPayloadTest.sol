// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BlobPayload} from "../../../main/solidity/BlobPayload.sol";
import {ProofVectors} from "./ProofVectors.sol";

/// The unpacking against a packer that is written bit by bit, from FORMAT.md.
contract BlobPayloadTest {
    uint256 private constant GROUPS = 5;
    uint256 private constant BYTES = GROUPS * 127;

    function testFuzz_unpacksWhatIsPacked(bytes32 seed, uint256 a, uint256 b) public pure {
        (uint256 from, uint256 to) = range(a, b);
        bytes memory payload = payloadOf(seed);
        (uint256 first, uint256 count) = BlobPayload.elementsFor(from, to);
        uint256[] memory values = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            values[i] = elementOf(payload, first + i);
        }
        bytes memory found = BlobPayload.unpack(values, from, to);
        require(found.length == to - from, "length");
        for (uint256 i = 0; i < found.length; ++i) {
            require(found[i] == payload[from + i], "byte");
        }
    }

    /// No element less would do: each byte's own elements are the first and the last of the run, and
    /// where a run reaches the end of its first group it begins with that group.
    function testFuzz_namesTheElementsOfARange(uint256 a, uint256 b) public pure {
        (uint256 from, uint256 to) = range(a, b);
        (uint256 first, uint256 count) = BlobPayload.elementsFor(from, to);
        uint256 least = type(uint256).max;
        uint256 most = 0;
        for (uint256 i = from; i < to; ++i) {
            uint256 group = i / 127 * 4;
            bool inTail = i % 127 > 123;
            uint256 low = inTail ? group : group + i % 127 / 31;
            uint256 high = inTail ? group + 3 : low;
            if (low < least) least = low;
            if (high > most) most = high;
        }
        require(first == least && first + count == most + 1, "elements");
    }

    function test_namesTheElementsAtBorders() public pure {
        expect(0, 1, 0, 1);
        expect(0, 31, 0, 1);
        expect(30, 32, 0, 2);
        expect(123, 124, 3, 1);
        expect(123, 125, 0, 4);
        expect(126, 127, 0, 4);
        expect(126, 128, 0, 5);
        expect(127, 128, 4, 1);
        expect(130_047, 130_048, 4092, 4);
        expect(0, 130_048, 0, 4096);
    }

    function test_unpacksAWholeBlobsLastGroup() public pure {
        uint256[] memory values = new uint256[](4);
        for (uint256 i = 0; i < 4; ++i) {
            values[i] = ProofVectors.opening(4092 + i).value;
        }
        bytes memory found = BlobPayload.unpack(values, 130_048 - 127, 130_048);
        require(keccak256(found) == keccak256(ProofVectors.END), "last group");
    }

    function expect(uint256 from, uint256 to, uint256 first, uint256 count) private pure {
        (uint256 foundFirst, uint256 foundCount) = BlobPayload.elementsFor(from, to);
        require(foundFirst == first && foundCount == count, "elements at a border");
    }

    function range(uint256 a, uint256 b) private pure returns (uint256 from, uint256 to) {
        from = a % BYTES;
        to = from + 1 + b % (BYTES - from);
    }

    function payloadOf(bytes32 seed) private pure returns (bytes memory payload) {
        payload = new bytes(BYTES);
        for (uint256 i = 0; i < BYTES; ++i) {
            payload[i] = bytes1(keccak256(abi.encode(seed, i)));
        }
    }

    /// Byte 0 is (T >> (18 - 6k)) & 0x3f, bytes 1 to 31 are p[31k .. 31k + 30].
    function elementOf(bytes memory payload, uint256 element) private pure returns (uint256 value) {
        uint256 group = element / 4 * 127;
        uint256 k = element % 4;
        uint256 tail = uint256(uint8(payload[group + 124])) * 65_536
            + uint256(uint8(payload[group + 125])) * 256 + uint8(payload[group + 126]);
        value = tail / 2 ** (18 - 6 * k) % 64;
        for (uint256 i = 0; i < 31; ++i) {
            value = value * 256 + uint8(payload[group + 31 * k + i]);
        }
    }
}
