// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The payload that a blob's field elements carry, packing version 1.
/// @notice Four elements are a group and carry 127 bytes: 31 in the low bytes of each, and the last
/// three in four times 6 bits, from the first element's top bits to the fourth's.
library BlobPayload {
    uint256 internal constant BYTES = 130_048;

    uint256 private constant GROUP_ELEMENTS = 4;
    uint256 private constant GROUP_BYTES = 127;
    uint256 private constant LOW_BYTES = 31;
    uint256 private constant TAIL = GROUP_ELEMENTS * LOW_BYTES;

    /// @notice The consecutive elements that the payload bytes [from, to) come from. Whoever wants
    /// one of a group's last three bytes needs all of the group from its first element on.
    // slither-disable-next-line divide-before-multiply: positions are rounded down to whole groups
    function elementsFor(uint256 from, uint256 to)
        internal
        pure
        returns (uint256 first, uint256 count)
    {
        uint256 group = from / GROUP_BYTES;
        first = group * GROUP_ELEMENTS;
        if (to <= group * GROUP_BYTES + TAIL) first += from % GROUP_BYTES / LOW_BYTES;
        uint256 inLast = (to - 1) % GROUP_BYTES / LOW_BYTES;
        if (inLast == GROUP_ELEMENTS) --inLast;
        count = (to - 1) / GROUP_BYTES * GROUP_ELEMENTS + inLast + 1 - first;
    }

    /// @notice The payload bytes [from, to).
    /// @param values the elements that `elementsFor` names, each of at most 254 bits
    function unpack(uint256[] memory values, uint256 from, uint256 to)
        internal
        pure
        returns (bytes memory payload)
    {
        (uint256 first,) = elementsFor(from, to);
        bytes memory groups = _groups(values, first % GROUP_ELEMENTS);
        uint256 offset = from % GROUP_BYTES;
        payload = new bytes(to - from);
        assembly ("memory-safe") {
            mcopy(add(payload, 32), add(add(groups, 32), offset), mload(payload))
        }
    }

    /// The bytes of whole groups, zero where there is no element, and room for the last word.
    /// @param element position of the first value in its group
    function _groups(uint256[] memory values, uint256 element)
        private
        pure
        returns (bytes memory groups)
    {
        groups = new bytes((element + values.length) * 32 + GROUP_BYTES);
        uint256 position = element * LOW_BYTES;
        uint256 tail = 0;
        for (uint256 i = 0; i < values.length; ++i) {
            uint256 value = values[i];
            tail = ((tail << 6) | (value >> 248)) & 0xffffff;
            // What a word writes behind the bytes meant, the next one overwrites.
            assembly ("memory-safe") {
                mstore(add(add(groups, 32), position), shl(8, value))
            }
            position += LOW_BYTES;
            if ((element + i) % GROUP_ELEMENTS != GROUP_ELEMENTS - 1) continue;
            assembly ("memory-safe") {
                mstore(add(add(groups, 32), position), shl(232, tail))
            }
            position += GROUP_BYTES - TAIL;
        }
    }
}
