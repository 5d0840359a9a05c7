// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// A token as it should be, for anybody to mint.
contract Token is ERC20("Token", "TKN") {
    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }
}

/// Keeps one percent of what is sent.
contract FeeToken is Token {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0) && to != address(0)) super._update(to, address(0), amount / 100);
    }
}

/// Stops when somebody says so, for all or for one account.
contract PausingToken is Token {
    error Paused(address account);

    bool public paused;
    mapping(address account => bool) public refused;

    function pause() external {
        paused = true;
    }

    function refuse(address account) external {
        refused[account] = true;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (paused || refused[to]) revert Paused(to);
        super._update(from, to, amount);
    }
}

/// Says false where it should revert, and moves nothing.
contract FalseToken is Token {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// Says nothing at all, as some of the oldest tokens.
contract SilentToken {
    mapping(address account => uint256) public balanceOf;

    function mint(address account, uint256 amount) external {
        balanceOf[account] += amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// Calls back before it moves anything, as ERC-777 tokens may.
contract CallingToken is Token {
    address private _target;
    bytes private _call;
    bytes public answer;

    function onTransfer(address target, bytes calldata call_) external {
        _target = target;
        _call = call_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (_target != address(0)) {
            address target = _target;
            _target = address(0);
            (, answer) = target.call(_call);
        }
        super._update(from, to, amount);
    }
}
