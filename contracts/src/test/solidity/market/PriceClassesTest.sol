// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {COMMERCIAL, Payee, RESEARCH, Terms} from "../../../main/solidity/LicenseTerms.sol";
import {vm} from "../Vm.sol";
import {MarketTest} from "./MarketTest.sol";

/// One release, one set of terms: free for academics, 10,000 tokens for a clinic, 100,000 for a
/// hospital system, 1,000,000 for all others, by region.
contract PriceClassesTest is MarketTest {
    uint256 private constant UNIT = 1e6;

    bytes32 private child;

    function test_everyClassPaysItsPriceAndEveryShareIsPaidOut() public {
        Terms memory terms = published();
        expectPrice(terms, ACADEMIC, NORTH, 0);
        expectPrice(terms, CLINIC, EAST, 10_000 * UNIT);
        expectPrice(terms, CLINIC, SOUTH, 3_333 * UNIT);
        expectPrice(terms, HOSPITALS, NORTH, 125_000 * UNIT);
        expectPrice(terms, HOSPITALS, 0, 100_000 * UNIT);
        expectPrice(terms, 0, SOUTH, 333_300 * UNIT);
        pay(BUYER, token, 1_000_000 * UNIT);
        LicenseMarket.Order memory order_ = order();
        order_.releaseId = child;
        vm.prank(BUYER);
        market.buy(terms, order_, noVoucher(), "");

        equal(market.balanceOf(BUYER), 7);
        for (uint256 tokenId = 1; tokenId <= 7; ++tokenId) {
            require(market.isLicensed(BUYER, child, RESEARCH | COMMERCIAL, tokenId), "no license");
        }
        uint256 sum = 1_571_633 * UNIT;
        equal(token.balanceOf(address(market)), sum);
        market.distribute(releaseId, 1, address(token), parentTerms());
        paidOut(CAROL, sum * 51 / 100);
        paidOut(BOB, sum * 30 / 100);
        paidOut(address(0xDA0), sum * 4 / 100);
        paidOut(ALICE, sum * 15 / 100);
        equal(token.balanceOf(address(market)), 0);
    }

    /// Fifteen percent for the parent, four for a fund, thirty for Bob, the rest for Carol.
    function published() private returns (Terms memory terms) {
        publish(parentTerms());
        child = released(CAROL, "clinic/triage", only(releaseId));
        terms = classTerms();
        terms.currency = address(token);
        terms.price = uint128(1_000_000 * UNIT);
        terms.classes[1].price = uint128(10_000 * UNIT);
        terms.classes[2].price = uint128(100_000 * UNIT);
        terms.royalties = royalty(releaseId, 1_500);
        terms.payees = new Payee[](3);
        terms.payees[0] = Payee(CAROL, 5_100);
        terms.payees[1] = Payee(BOB, 3_000);
        terms.payees[2] = Payee(address(0xDA0), 400);
        publish(CAROL, child, terms);
    }

    function parentTerms() private pure returns (Terms memory terms) {
        terms = plainTerms();
        terms.royaltyBps = 1_500;
    }

    function expectPrice(Terms memory terms, bytes32 class, bytes32 region, uint256 price) private {
        LicenseMarket.Order memory order_ = order();
        order_.releaseId = child;
        order_.maxPrice = uint128(price);
        LicenseMarket.Voucher memory voucher_ = voucher(class, region);
        bytes memory signature = signed(order_, voucher_);
        uint256 before = token.balanceOf(address(market));
        pay(BUYER, token, price);
        vm.prank(BUYER);
        market.buy(terms, order_, voucher_, signature);
        equal(token.balanceOf(address(market)) - before, price);
    }

    function paidOut(address account, uint256 expected) private {
        vm.prank(account);
        market.withdraw(address(token), account);
        equal(token.balanceOf(account), expected);
    }
}
