// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {Payee, Terms} from "../../../main/solidity/LicenseTerms.sol";
import {RevenueLedger} from "../../../main/solidity/RevenueLedger.sol";
import {vm} from "../Vm.sol";
import {Caller, ReentrantCaller} from "./Accounts.sol";
import {MarketTest} from "./MarketTest.sol";

contract RevenueTest is MarketTest {
    /// 7 wei at 33.33, 33.33 and 33.34 percent: the floors are 2 each, and 1 is left.
    function test_theFirstPayeeGetsTheRemainder() public {
        Terms memory terms = plainTerms();
        terms.price = 7;
        terms.payees = new Payee[](3);
        terms.payees[0] = Payee(ALICE, 3_333);
        terms.payees[1] = Payee(BOB, 3_333);
        terms.payees[2] = Payee(CAROL, 3_334);
        publish(terms);
        buy(terms);
        credited(ALICE, ETHER, 3);
        credited(BOB, ETHER, 2);
        credited(CAROL, ETHER, 2);
    }

    function testFuzz_sharesAddUpToTheWei(uint128 price, uint16 royaltyBps, uint16 firstBps)
        public
    {
        royaltyBps = royaltyBps % 5_001;
        firstBps = firstBps % (10_001 - royaltyBps);
        uint16 secondBps = 10_000 - royaltyBps - firstBps;
        Terms memory parents = plainTerms();
        parents.royaltyBps = royaltyBps;
        publish(parents);
        bytes32 child = released(CAROL, "c", only(releaseId));
        Terms memory terms = plainTerms();
        terms.price = price;
        terms.royalties = royalty(releaseId, royaltyBps);
        terms.payees = payees(CAROL, firstBps, BOB, secondBps);
        publish(CAROL, child, terms);
        buyChild(child, terms);

        uint256 parentShare = uint256(price) * royaltyBps / 10_000;
        uint256 secondShare = uint256(price) * secondBps / 10_000;
        equal(market.potOf(releaseId, 1, ETHER), parentShare);
        credited(BOB, ETHER, secondShare);
        credited(CAROL, ETHER, price - parentShare - secondShare);
    }

    /// Two generations: the grandparent asks 10 percent of its children, the parent 20 of its own.
    function test_aPotIsSharedOutOneLevelFurther() public {
        (bytes32 parent, bytes32 child, Terms memory parents, Terms memory terms) = lineage();
        buyChild(child, terms);
        equal(market.potOf(parent, 1, ETHER), 200);
        equal(market.potOf(releaseId, 1, ETHER), 0);

        vm.expectEmit(address(market));
        emit LicenseMarket.PotDistributed(parent, 1, ETHER, 200);
        market.distribute(parent, 1, ETHER, parents);
        equal(market.potOf(parent, 1, ETHER), 0);
        equal(market.potOf(releaseId, 1, ETHER), 20);
        credited(BOB, ETHER, 180);
        credited(CAROL, ETHER, 800);

        expect(LicenseMarket.EmptyPot.selector, abi.encode(parent, 1, ETHER));
        market.distribute(parent, 1, ETHER, parents);
    }

    /// The parent's owner can't redirect what its payees have earned, only what is sold from now on.
    function test_aPotIsSharedByTheTermsThatItWasEarnedOn() public {
        (bytes32 parent, bytes32 child, Terms memory parents, Terms memory terms) = lineage();
        buyChild(child, terms);
        Terms memory changed = plainTerms();
        changed.royalties = parents.royalties;
        changed.payees = payees(BOB, 1_000, ALICE, 8_000);
        publish(BOB, parent, changed);
        vm.prank(BOB);
        market.withdrawTerms(parent);
        buyChild(child, terms);
        equal(market.potOf(parent, 1, ETHER), 200);
        equal(market.potOf(parent, 2, ETHER), 200);
        expect(
            LicenseMarket.TermsMismatch.selector,
            abi.encode(keccak256(abi.encode(parents)), keccak256(abi.encode(changed)))
        );
        market.distribute(parent, 1, ETHER, changed);

        market.distribute(parent, 1, ETHER, parents);
        credited(BOB, ETHER, 180);
        credited(ALICE, ETHER, 0);
        market.distribute(parent, 2, ETHER, changed);
        credited(BOB, ETHER, 180 + 20);
        credited(ALICE, ETHER, 160);
    }

    function test_aPotInAnyCurrencyIsSharedOut() public {
        (bytes32 parent, bytes32 child, Terms memory parents, Terms memory terms) = lineage();
        terms.currency = address(token);
        publish(CAROL, child, terms);
        pay(BUYER, token, 1_000);
        buyChild(child, terms);
        expect(LicenseMarket.EmptyPot.selector, abi.encode(parent, 1, ETHER));
        market.distribute(parent, 1, ETHER, parents);
        market.distribute(parent, 1, address(token), parents);
        credited(BOB, address(token), 180);
    }

    function test_aReleaseWithoutTermsAsksForNothing() public {
        bytes32 child = released(CAROL, "c", only(releaseId));
        Terms memory terms = plainTerms();
        terms.royalties = royalty(releaseId, 0);
        terms.payees = payees(CAROL);
        publish(CAROL, child, terms);
        buyChild(child, terms);
        credited(CAROL, ETHER, 1 ether);
        equal(market.potOf(releaseId, 1, ETHER), 0);
        expect(LicenseMarket.TermsMismatch.selector, abi.encode(0, keccak256(abi.encode(terms))));
        market.distribute(releaseId, 1, ETHER, terms);
    }

    function test_creditsArePaidOutOnceToWhereTheAccountSays() public {
        publish(plainTerms());
        buy(plainTerms());
        buy(plainTerms());
        vm.expectEmit(address(market));
        emit RevenueLedger.Withdrawn(ALICE, ETHER, address(0xD057), 2 ether);
        vm.prank(ALICE);
        market.withdraw(ETHER, address(0xD057));
        equal(address(0xD057).balance, 2 ether);
        credited(ALICE, ETHER, 0);
        expect(RevenueLedger.NothingToWithdraw.selector, abi.encode(ALICE, ETHER));
        vm.prank(ALICE);
        market.withdraw(ETHER, ALICE);
    }

    function test_refusesToPayNobody() public {
        publish(plainTerms());
        buy(plainTerms());
        expect(RevenueLedger.ZeroRecipient.selector);
        vm.prank(ALICE);
        market.withdraw(ETHER, address(0));
    }

    function test_aPayeeThatRefusesEtherHarmsOnlyItself() public {
        Caller refusing = new Caller();
        Terms memory terms = plainTerms();
        terms.payees = payees(address(refusing), 5_000, BOB, 5_000);
        publish(terms);
        buy(terms);
        bytes memory call = abi.encodeCall(market.withdraw, (ETHER, address(refusing)));
        expect(Errors.FailedCall.selector);
        refusing.run(address(market), 0, call);
        vm.prank(BOB);
        market.withdraw(ETHER, BOB);
        equal(BOB.balance, 0.5 ether);
        refusing.run(address(market), 0, abi.encodeCall(market.withdraw, (ETHER, CAROL)));
        equal(CAROL.balance, 0.5 ether);
    }

    function test_aWithdrawalCantEnterAgain() public {
        ReentrantCaller payee = new ReentrantCaller();
        Terms memory terms = plainTerms();
        terms.payees = payees(address(payee), 5_000, BOB, 5_000);
        publish(terms);
        buy(terms);
        bytes memory call = abi.encodeCall(market.withdraw, (ETHER, address(payee)));
        payee.onEther(address(market), call);
        payee.run(address(market), 0, call);
        equal(bytes32(payee.answer()), bytes4(keccak256("ReentrancyGuardReentrantCall()")));
        equal(address(payee).balance, 0.5 ether);
        equal(address(market).balance, 0.5 ether);
    }

    function lineage()
        private
        returns (bytes32 parent, bytes32 child, Terms memory parents, Terms memory terms)
    {
        parent = released(BOB, "b", only(releaseId));
        child = released(CAROL, "c", only(parent));
        Terms memory first = plainTerms();
        first.royaltyBps = 1_000;
        publish(first);
        parents = plainTerms();
        parents.royaltyBps = 2_000;
        parents.royalties = royalty(releaseId, 1_000);
        parents.payees[0] = Payee(BOB, 9_000);
        publish(BOB, parent, parents);
        terms = plainTerms();
        terms.price = 1_000;
        terms.royalties = royalty(parent, 2_000);
        terms.payees[0] = Payee(CAROL, 8_000);
        publish(CAROL, child, terms);
    }

    function buyChild(bytes32 child, Terms memory terms) private {
        LicenseMarket.Order memory order_ = order();
        order_.releaseId = child;
        vm.deal(BUYER, terms.price);
        uint256 value = terms.currency == ETHER ? terms.price : 0;
        vm.prank(BUYER);
        market.buy{value: value}(terms, order_, noVoucher(), "");
    }
}
