// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPriceRule} from "../../../main/solidity/LicenseTerms.sol";

/// Ten percent less per item of an order, for one buyer in one region only: it sees all arguments.
contract ArgumentsRule is IPriceRule {
    bytes32 private immutable _expected;

    constructor(bytes32 releaseId, address licensee, bytes32 class, bytes32 region) {
        _expected = keccak256(abi.encode(releaseId, licensee, class, region));
    }

    function priceOf(
        bytes32 releaseId,
        address licensee,
        bytes32 class,
        bytes32 region,
        uint16 quantity,
        uint256 price
    ) external view returns (uint256) {
        if (keccak256(abi.encode(releaseId, licensee, class, region)) != _expected) {
            return price;
        }
        return price - price * quantity / 10;
    }
}

/// Answers any call with the bytes that it was made with.
contract BytesRule {
    bytes private _answer;

    constructor(bytes memory answer) {
        _answer = answer;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        return _answer;
    }
}

contract RevertingRule {
    fallback() external {
        revert("no price");
    }
}

/// Answers twice the price, after it used 80,000 gas or so.
contract CostlyRule is IPriceRule {
    function priceOf(bytes32, address, bytes32, bytes32, uint16, uint256 price)
        external
        view
        returns (uint256)
    {
        uint256 start = gasleft();
        while (start - gasleft() < 80_000) {}
        return 2 * price;
    }
}

/// Never answers, and uses all the gas that it gets.
contract EndlessRule {
    fallback() external {
        while (true) {}
    }
}
