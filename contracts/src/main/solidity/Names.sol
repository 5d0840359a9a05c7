// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What texts may hold that readers compare or print: ASCII alone, of a bounded length.
library Names {
    /// [a-z0-9][a-z0-9._/-]*
    function isName(bytes calldata text, uint256 maxLength) internal pure returns (bool) {
        if (text.length == 0 || text.length > maxLength) return false;
        for (uint256 i = 0; i < text.length; ++i) {
            bytes1 c = text[i];
            if (_isLowerCase(c) || _isDigit(c)) continue;
            if (i > 0 && (c == "." || c == "_" || c == "/" || c == "-")) continue;
            return false;
        }
        return true;
    }

    /// [A-Za-z0-9][A-Za-z0-9._+-]*
    function isVersion(bytes calldata text, uint256 maxLength) internal pure returns (bool) {
        if (text.length == 0 || text.length > maxLength) return false;
        for (uint256 i = 0; i < text.length; ++i) {
            bytes1 c = text[i];
            if (_isLowerCase(c) || _isUpperCase(c) || _isDigit(c)) continue;
            if (i > 0 && (c == "." || c == "_" || c == "+" || c == "-")) continue;
            return false;
        }
        return true;
    }

    /// [a-z0-9.-]+ without a dot or a hyphen at either end, and without an empty label
    function isDomain(bytes calldata text, uint256 maxLength) internal pure returns (bool) {
        if (text.length == 0 || text.length > maxLength) return false;
        for (uint256 i = 0; i < text.length; ++i) {
            bytes1 c = text[i];
            if (_isLowerCase(c) || _isDigit(c)) continue;
            bool inside = i > 0 && i < text.length - 1;
            if (inside && (c == "-" || (c == "." && text[i - 1] != "."))) continue;
            return false;
        }
        return true;
    }

    /// space to tilde
    function isPrintable(bytes calldata text, uint256 maxLength) internal pure returns (bool) {
        if (text.length == 0 || text.length > maxLength) return false;
        for (uint256 i = 0; i < text.length; ++i) {
            if (text[i] < " " || text[i] > "~") return false;
        }
        return true;
    }

    function _isLowerCase(bytes1 c) private pure returns (bool) {
        return c >= "a" && c <= "z";
    }

    function _isUpperCase(bytes1 c) private pure returns (bool) {
        return c >= "A" && c <= "Z";
    }

    function _isDigit(bytes1 c) private pure returns (bool) {
        return c >= "0" && c <= "9";
    }
}
