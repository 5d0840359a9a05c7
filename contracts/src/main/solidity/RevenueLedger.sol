// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {BPS, Terms} from "./LicenseTerms.sol";

/// @title Who is owed what of the money that this contract holds.
/// @notice An account is owed credits, which it alone withdraws; a release is owed a pot, which its
/// own terms share out. Credits and pots of a currency are never more than what the contract holds
/// of it, as long as the token takes nothing away by itself: a currency that does, that pauses, or
/// that refuses an account harms nobody but those who are paid in it. What is sent here without a
/// purchase belongs to nobody and stays.
///
/// @dev Amounts are in wei, or in the token's smallest unit. The currency is zero for ether.
abstract contract RevenueLedger is ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    event Credited(address indexed account, address indexed currency, uint256 amount);
    event PotCredited(
        bytes32 indexed releaseId, uint32 version, address indexed currency, uint256 amount
    );
    event Withdrawn(
        address indexed account, address indexed currency, address indexed to, uint256 amount
    );

    error NothingToWithdraw(address account, address currency);
    error ZeroRecipient();
    /// Less came than the price: too little ether, or a token that keeps a part of what is sent.
    error Underpaid(address currency, uint256 expected, uint256 found);
    /// The price is in another currency.
    error UnexpectedEther(address currency, uint256 found);

    mapping(address account => mapping(address currency => uint256)) private _credits;
    /// By the terms that were the parent's latest when the share came: what payees have earned, no
    /// later terms take away.
    mapping(
        bytes32 releaseId => mapping(uint32 version => mapping(address currency => uint256))
    ) private _pots;

    /// @notice Pays out all that the caller is owed in a currency.
    function withdraw(address currency, address to) external nonReentrant {
        if (to == address(0)) revert ZeroRecipient();
        uint256 amount = _credits[msg.sender][currency];
        if (amount == 0) revert NothingToWithdraw(msg.sender, currency);
        _credits[msg.sender][currency] = 0;
        emit Withdrawn(msg.sender, currency, to, amount);
        if (currency == address(0)) Address.sendValue(payable(to), amount);
        else IERC20(currency).safeTransfer(to, amount);
    }

    /// @return what an account may withdraw
    function creditOf(address account, address currency) external view returns (uint256) {
        return _credits[account][currency];
    }

    /// @param version of the release's terms, which share it out
    /// @return what derivatives of a release have brought it, as far as it is not shared out
    function potOf(bytes32 releaseId, uint32 version, address currency)
        external
        view
        returns (uint256)
    {
        return _pots[releaseId][version][currency];
    }

    /// Shares an amount as the terms say, each share rounded down; the first payee gets what is left.
    /// The parents' shares go into their pots and no further, so that a deep lineage costs no more
    /// than a flat one.
    function _split(Terms calldata terms, address currency, uint256 amount) internal {
        uint256 rest = amount;
        for (uint256 i = 0; i < terms.royalties.length; ++i) {
            uint256 share = amount * terms.royalties[i].bps / BPS;
            if (share == 0) continue;
            rest -= share;
            bytes32 parent = terms.royalties[i].parent;
            uint32 version = _versionOf(parent);
            _pots[parent][version][currency] += share;
            emit PotCredited(parent, version, currency, share);
        }
        for (uint256 i = 1; i < terms.payees.length; ++i) {
            uint256 share = amount * terms.payees[i].bps / BPS;
            rest -= share;
            _credit(terms.payees[i].account, currency, share);
        }
        _credit(terms.payees[0].account, currency, rest);
    }

    function _credit(address account, address currency, uint256 amount) internal {
        if (amount == 0) return;
        _credits[account][currency] += amount;
        emit Credited(account, currency, amount);
    }

    /// Empties a pot.
    function _takePot(bytes32 releaseId, uint32 version, address currency)
        internal
        returns (uint256 amount)
    {
        amount = _pots[releaseId][version][currency];
        _pots[releaseId][version][currency] = 0;
    }

    /// Version of a release's latest terms.
    function _versionOf(bytes32 releaseId) internal view virtual returns (uint32);

    /// Takes an amount from the caller, after all else: ether that is too much goes back to it. Its
    /// callers are payable.
    // slither-disable-next-line msg-value-in-nonpayable
    function _collect(address currency, uint256 amount) internal {
        if (currency == address(0)) {
            if (msg.value < amount) revert Underpaid(currency, amount, msg.value);
            if (msg.value > amount) Address.sendValue(payable(msg.sender), msg.value - amount);
            return;
        }
        if (msg.value != 0) revert UnexpectedEther(currency, msg.value);
        if (amount == 0) return;
        uint256 before = IERC20(currency).balanceOf(address(this));
        IERC20(currency).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(currency).balanceOf(address(this)) - before;
        if (received < amount) revert Underpaid(currency, amount, received);
    }
}
