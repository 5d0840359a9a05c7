// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Names} from "../../../main/solidity/Names.sol";

contract NamesTest {
    bytes private constant LOWER = "abcdefghijklmnopqrstuvwxyz0123456789";
    bytes private constant NAME = "abcdefghijklmnopqrstuvwxyz0123456789._/-";
    bytes private constant MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    bytes private constant VERSION =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";
    bytes private constant DOMAIN = "abcdefghijklmnopqrstuvwxyz0123456789.-";

    function test_takesEveryByteThatATextMayHoldAndNoOther() public view {
        for (uint256 i = 0; i < 256; ++i) {
            bytes1 c = bytes1(uint8(i));
            for (uint256 rest = 0; rest < 2; ++rest) {
                bytes memory tail = rest == 0 ? bytes("") : bytes("z");
                equal(this.isName(bytes.concat(c, tail), 9), contains(LOWER, c));
                equal(this.isName(bytes.concat("a", c, tail), 9), contains(NAME, c));
                equal(this.isVersion(bytes.concat(c, tail), 9), contains(MIXED, c));
                equal(this.isVersion(bytes.concat("1", c, tail), 9), contains(VERSION, c));
                equal(this.isDomain(bytes.concat(c, tail), 9), contains(LOWER, c));
                equal(this.isPrintable(bytes.concat(c, tail), 9), i >= 32 && i <= 126);
                equal(this.isPrintable(bytes.concat("a", c, tail), 9), i >= 32 && i <= 126);
            }
            equal(this.isDomain(bytes.concat("a", c), 9), contains(LOWER, c));
            equal(this.isDomain(bytes.concat("a", c, "z"), 9), contains(DOMAIN, c));
        }
    }

    function testFuzz_boundsLengths(uint8 maxLength) public view {
        bytes memory longest = new bytes(maxLength);
        for (uint256 i = 0; i < longest.length; ++i) {
            longest[i] = "n";
        }
        bytes memory longer = bytes.concat(longest, "n");
        equal(this.isName(longest, maxLength), maxLength > 0);
        equal(this.isName(longer, maxLength), false);
        equal(this.isVersion(longest, maxLength), maxLength > 0);
        equal(this.isVersion(longer, maxLength), false);
        equal(this.isDomain(longest, maxLength), maxLength > 0);
        equal(this.isDomain(longer, maxLength), false);
        equal(this.isPrintable(longest, maxLength), maxLength > 0);
        equal(this.isPrintable(longer, maxLength), false);
    }

    function test_takesDomains() public view {
        equal(this.isDomain("example.org", 253), true);
        equal(this.isDomain("xn--bcher-kva.example", 253), true);
        equal(this.isDomain("a.b-c.1", 253), true);
        equal(this.isDomain("a..b", 253), false);
        equal(this.isDomain("a...b", 253), false);
        equal(this.isDomain(".", 253), false);
        equal(this.isDomain("..", 253), false);
        equal(this.isDomain("--", 253), false);
        equal(this.isDomain("a.b.", 253), false);
        equal(this.isDomain("-a.b", 253), false);
        equal(this.isDomain("a.b-", 253), false);
        equal(this.isDomain("Example.org", 253), false);
    }

    function isName(bytes calldata text, uint256 maxLength) external pure returns (bool) {
        return Names.isName(text, maxLength);
    }

    function isVersion(bytes calldata text, uint256 maxLength) external pure returns (bool) {
        return Names.isVersion(text, maxLength);
    }

    function isDomain(bytes calldata text, uint256 maxLength) external pure returns (bool) {
        return Names.isDomain(text, maxLength);
    }

    function isPrintable(bytes calldata text, uint256 maxLength) external pure returns (bool) {
        return Names.isPrintable(text, maxLength);
    }

    function contains(bytes memory text, bytes1 c) private pure returns (bool) {
        for (uint256 i = 0; i < text.length; ++i) {
            if (text[i] == c) return true;
        }
        return false;
    }

    function equal(bool found, bool expected) private pure {
        require(found == expected, "valid, or not");
    }
}
