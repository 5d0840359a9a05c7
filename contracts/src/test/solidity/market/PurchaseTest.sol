// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {Terms} from "../../../main/solidity/LicenseTerms.sol";
import {RevenueLedger} from "../../../main/solidity/RevenueLedger.sol";
import {vm} from "../Vm.sol";
import {Caller, ReentrantCaller} from "./Accounts.sol";
import {MarketTest} from "./MarketTest.sol";

contract PurchaseTest is MarketTest {
    function test_issuesALicense() public {
        Terms memory terms = meteredTerms();
        terms.duration = 1 days;
        publish(plainTerms());
        publish(terms);
        LicenseMarket.Order memory order_ = orderBy(CAROL);
        order_.quantity = 5;
        vm.expectEmit(address(market));
        emit LicenseMarket.LicenseIssued(
            1, CAROL, releaseId, 2, 5, 5_000_000, uint40(NOW + 1 days), 0, 0, address(0)
        );
        vm.prank(BUYER);
        uint256 tokenId = market.buy{value: 5_000_000}(terms, order_, noVoucher(), "");

        equal(tokenId, 1);
        equal(market.ownerOf(1), CAROL);
        (LicenseMarket.License memory license, bytes32 termsHash) = market.licenseOf(1);
        equal(termsHash, keccak256(abi.encode(terms)));
        equal(license.releaseId, releaseId);
        equal(license.paid, 5_000_000);
        equal(license.termsVersion, 2);
        equal(license.expiry, NOW + 1 days);
        equal(license.seats, 15);
        equal(license.uses, 3);
        equal(license.unitsBought, 500);
        equal(license.unitsUsed, 0);
        credited(ALICE, ETHER, 5_000_000);
    }

    function test_theLargestQuantityFits() public {
        Terms memory terms = plainTerms();
        terms.price = 0;
        terms.seats = type(uint16).max;
        terms.units = type(uint64).max;
        publish(terms);
        LicenseMarket.Order memory order_ = order();
        order_.quantity = type(uint16).max;
        market.buy(terms, order_, noVoucher(), "");
        (LicenseMarket.License memory license,) = market.licenseOf(1);
        equal(license.seats, uint256(type(uint16).max) ** 2);
        equal(license.unitsBought, uint256(type(uint64).max) * type(uint16).max);
        equal(license.expiry, 0);
    }

    function test_buyingAgainGivesANewToken() public {
        publish(plainTerms());
        equal(buy(plainTerms()), 1);
        equal(buy(plainTerms()), 2);
        equal(market.balanceOf(BUYER), 2);
    }

    function test_refusesTermsThatAreNotTheLatest() public {
        Terms memory quoted = plainTerms();
        expectTerms(0, quoted);
        buy(quoted);
        publish(quoted);
        Terms memory changed = plainTerms();
        changed.price += 1;
        expectTerms(keccak256(abi.encode(quoted)), changed);
        buy(changed);
        publish(changed);
        expectTerms(keccak256(abi.encode(changed)), quoted);
        buy(quoted);
        buy(changed);
    }

    function test_refusesTermsOfAnotherRelease() public {
        Terms memory cheap = plainTerms();
        cheap.price = 1;
        publish(ALICE, released(ALICE, "acme/cheap", none()), cheap);
        publish(plainTerms());
        expectTerms(keccak256(abi.encode(plainTerms())), cheap);
        buy(cheap);
    }

    function test_refusesAnOrderAfterItsDeadline() public {
        publish(plainTerms());
        vm.warp(NOW + 1);
        expect(LicenseMarket.DeadlinePassed.selector, abi.encode(NOW, NOW + 1));
        buy(plainTerms());
    }

    function test_refusesAPriceAboveTheOrders() public {
        publish(plainTerms());
        LicenseMarket.Order memory order_ = order();
        order_.quantity = 2;
        order_.maxPrice = 2 ether - 1;
        expect(LicenseMarket.PriceAboveMaximum.selector, abi.encode(2 ether - 1, 2 ether));
        vm.prank(BUYER);
        market.buy{value: 3 ether}(plainTerms(), order_, noVoucher(), "");
        order_.maxPrice = 2 ether;
        vm.prank(BUYER);
        market.buy{value: 3 ether}(plainTerms(), order_, noVoucher(), "");
    }

    function test_refusesNoQuantityAndNoLicensee() public {
        publish(plainTerms());
        LicenseMarket.Order memory order_ = order();
        order_.quantity = 0;
        expect(LicenseMarket.NoQuantity.selector);
        market.buy(plainTerms(), order_, noVoucher(), "");
        order_ = orderBy(address(0));
        expect(IERC721Errors.ERC721InvalidReceiver.selector, abi.encode(address(0)));
        vm.prank(BUYER);
        market.buy{value: 1 ether}(plainTerms(), order_, noVoucher(), "");
    }

    function testFuzz_etherAboveThePriceGoesBack(uint128 price, uint64 excess) public {
        Terms memory terms = plainTerms();
        terms.price = price;
        publish(terms);
        uint256 value = uint256(price) + excess;
        vm.deal(BUYER, value);
        vm.prank(BUYER);
        market.buy{value: value}(terms, order(), noVoucher(), "");
        equal(BUYER.balance, excess);
        equal(address(market).balance, price);
        credited(ALICE, ETHER, price);
    }

    function test_refusesTooLittleEther() public {
        publish(plainTerms());
        expect(RevenueLedger.Underpaid.selector, abi.encode(ETHER, 1 ether, 1 ether - 1));
        vm.prank(BUYER);
        market.buy{value: 1 ether - 1}(plainTerms(), order(), noVoucher(), "");
    }

    function test_aPayerThatRefusesTheRefundStopsItsOwnPurchaseOnly() public {
        publish(plainTerms());
        Caller caller = new Caller();
        vm.deal(address(caller), 3 ether);
        bytes memory call =
            abi.encodeCall(market.buy, (plainTerms(), orderBy(address(caller)), noVoucher(), ""));
        expect(Errors.FailedCall.selector);
        caller.run(address(market), 2 ether, call);
        caller.run(address(market), 1 ether, call);
        equal(market.ownerOf(1), address(caller));
    }

    function test_aRefundCantEnterAgain() public {
        publish(plainTerms());
        ReentrantCaller caller = new ReentrantCaller();
        vm.deal(address(caller), 3 ether);
        bytes memory call =
            abi.encodeCall(market.buy, (plainTerms(), orderBy(address(caller)), noVoucher(), ""));
        caller.onEther(address(market), call);
        caller.run(address(market), 3 ether, call);
        equal(bytes32(caller.answer()), bytes4(keccak256("ReentrancyGuardReentrantCall()")));
        equal(caller.received(), 2 ether);
        equal(market.balanceOf(address(caller)), 1);
        equal(address(market).balance, 1 ether);
    }

    function test_takesATokenFromThePayer() public {
        Terms memory terms = tokenTerms();
        publish(terms);
        pay(BUYER, token, 1 ether);
        LicenseMarket.Order memory order_ = orderBy(CAROL);
        vm.prank(BUYER);
        market.buy(terms, order_, noVoucher(), "");
        equal(token.balanceOf(address(market)), 1 ether);
        equal(token.balanceOf(BUYER), 0);
        equal(market.ownerOf(1), CAROL);
        credited(ALICE, address(token), 1 ether);
        credited(ALICE, ETHER, 0);
    }

    function test_refusesEtherForAPriceInTokens() public {
        Terms memory terms = tokenTerms();
        publish(terms);
        pay(BUYER, token, 1 ether);
        expect(RevenueLedger.UnexpectedEther.selector, abi.encode(address(token), 1));
        vm.prank(BUYER);
        market.buy{value: 1}(terms, order(), noVoucher(), "");
    }

    function test_aFreePurchaseMovesNothing() public {
        Terms memory terms = tokenTerms();
        terms.price = 0;
        terms.currency = address(0xDEAD);
        publish(terms);
        vm.prank(BUYER);
        market.buy(terms, order(), noVoucher(), "");
        credited(ALICE, terms.currency, 0);
        require(market.isLicensed(BUYER, releaseId, 1, 1), "not licensed");
    }

    function expectTerms(bytes32 expected, Terms memory found) private {
        expect(
            LicenseMarket.TermsMismatch.selector, abi.encode(expected, keccak256(abi.encode(found)))
        );
    }

    function tokenTerms() private view returns (Terms memory terms) {
        terms = plainTerms();
        terms.currency = address(token);
    }
}
