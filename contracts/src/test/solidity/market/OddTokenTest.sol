// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Terms} from "../../../main/solidity/LicenseTerms.sol";
import {RevenueLedger} from "../../../main/solidity/RevenueLedger.sol";
import {vm} from "../Vm.sol";
import {MarketTest} from "./MarketTest.sol";
import {CallingToken, FalseToken, FeeToken, PausingToken, SilentToken} from "./Tokens.sol";

contract OddTokenTest is MarketTest {
    function test_oneThatSaysNothingIsTaken() public {
        SilentToken silent = new SilentToken();
        silent.mint(BUYER, 1 ether);
        Terms memory terms = published(address(silent));
        vm.prank(BUYER);
        market.buy(terms, order(), noVoucher(), "");
        vm.prank(ALICE);
        market.withdraw(address(silent), ALICE);
        equal(silent.balanceOf(ALICE), 0.5 ether);
    }

    function test_oneThatKeepsAFeeIsRefused() public {
        FeeToken fee = new FeeToken();
        Terms memory terms = published(address(fee));
        pay(BUYER, fee, 1 ether);
        expect(RevenueLedger.Underpaid.selector, abi.encode(address(fee), 1 ether, 0.99 ether));
        vm.prank(BUYER);
        market.buy(terms, order(), noVoucher(), "");
    }

    function test_oneThatSaysFalseIsRefused() public {
        FalseToken liar = new FalseToken();
        Terms memory terms = published(address(liar));
        pay(BUYER, liar, 1 ether);
        expect(SafeERC20.SafeERC20FailedOperation.selector, abi.encode(address(liar)));
        vm.prank(BUYER);
        market.buy(terms, order(), noVoucher(), "");
    }

    /// The price was paid before; now nothing of that token moves. Ether does.
    function test_oneThatPausesStopsOnlyItself() public {
        PausingToken pausing = new PausingToken();
        Terms memory terms = published(address(pausing));
        pay(BUYER, pausing, 1 ether);
        vm.prank(BUYER);
        market.buy(terms, order(), noVoucher(), "");
        publish(plainTerms());
        buy(plainTerms());
        pausing.pause();
        expect(PausingToken.Paused.selector, abi.encode(ALICE));
        vm.prank(ALICE);
        market.withdraw(address(pausing), ALICE);
        credited(ALICE, address(pausing), 0.5 ether);
        vm.prank(ALICE);
        market.withdraw(ETHER, ALICE);
        equal(ALICE.balance, 1 ether);
    }

    function test_oneThatRefusesAPayeeStopsNoOther() public {
        PausingToken pausing = new PausingToken();
        pausing.refuse(ALICE);
        Terms memory terms = published(address(pausing));
        pay(BUYER, pausing, 1 ether);
        vm.prank(BUYER);
        market.buy(terms, order(), noVoucher(), "");
        vm.prank(BOB);
        market.withdraw(address(pausing), BOB);
        equal(pausing.balanceOf(BOB), 0.5 ether);
    }

    function test_oneThatCallsBackCantBuyAgain() public {
        CallingToken calling = new CallingToken();
        Terms memory terms = published(address(calling));
        pay(BUYER, calling, 2 ether);
        calling.onTransfer(
            address(market), abi.encodeCall(market.buy, (terms, order(), noVoucher(), ""))
        );
        vm.prank(BUYER);
        market.buy(terms, order(), noVoucher(), "");
        refusedToEnter(calling);
        equal(market.balanceOf(BUYER), 1);
    }

    /// The token itself is a payee, and calls in the midst of a purchase for its credits.
    function test_oneThatCallsBackCantWithdrawWhileItIsPaid() public {
        CallingToken calling = new CallingToken();
        Terms memory terms = published(address(calling));
        terms.payees[0].account = address(calling);
        publish(terms);
        pay(BUYER, calling, 2 ether);
        vm.prank(BUYER);
        market.buy(terms, order(), noVoucher(), "");
        calling.onTransfer(
            address(market), abi.encodeCall(market.withdraw, (address(calling), CAROL))
        );
        vm.prank(BUYER);
        market.buy(terms, order(), noVoucher(), "");
        refusedToEnter(calling);
        credited(address(calling), address(calling), 1 ether);
        equal(calling.balanceOf(address(market)), 2 ether);
    }

    function refusedToEnter(CallingToken calling) private view {
        equal(bytes32(calling.answer()), bytes4(keccak256("ReentrancyGuardReentrantCall()")));
    }

    function published(address currency) private returns (Terms memory terms) {
        terms = plainTerms();
        terms.currency = currency;
        terms.payees = payees(ALICE, 5_000, BOB, 5_000);
        publish(terms);
    }
}
