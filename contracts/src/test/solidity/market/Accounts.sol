// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// A contract that calls what it is told, and takes no ether.
contract Caller {
    function run(address target, uint256 value, bytes memory call_)
        public
        returns (bytes memory answer)
    {
        bool success;
        (success, answer) = target.call{value: value}(call_);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }
}

/// Calls back once when it gets ether, and goes on whatever comes of it.
contract ReentrantCaller is Caller {
    address private _target;
    bytes private _call;
    bytes public answer;
    uint256 public received;

    function onEther(address target, bytes calldata call_) external {
        _target = target;
        _call = call_;
    }

    receive() external payable {
        received += msg.value;
        if (_target == address(0)) return;
        address target = _target;
        _target = address(0);
        (, answer) = target.call(_call);
    }
}

/// An ERC-1271 account with one key.
contract KeyedAccount is IERC1271 {
    address private immutable _key;

    constructor(address key) {
        _key = key;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature)
        external
        view
        returns (bytes4)
    {
        return ECDSA.recoverCalldata(hash, signature) == _key
            ? this.isValidSignature.selector
            : bytes4(0);
    }
}
