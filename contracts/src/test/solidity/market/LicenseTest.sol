// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {Terms} from "../../../main/solidity/LicenseTerms.sol";
import {RevenueLedger} from "../../../main/solidity/RevenueLedger.sol";
import {vm} from "../Vm.sol";
import {KeyedAccount, ReentrantCaller} from "./Accounts.sol";
import {MarketTest} from "./MarketTest.sol";

contract LicenseTest is MarketTest {
    address private licensee;
    uint256 private tokenId;

    /// Metered terms, bought for an account whose key is known: 100 units, 1,000,000 wei.
    function setUp() public override {
        super.setUp();
        licensee = vm.addr(LICENSEE_KEY);
        vm.deal(ALICE, 10 ether);
        publish(meteredTerms());
        tokenId = bought(meteredTerms(), licensee);
    }

    function test_givesItsUsesToItsHolderOnly() public view {
        require(market.isLicensed(licensee, releaseId, 1, tokenId), "not for research");
        require(market.isLicensed(licensee, releaseId, 3, tokenId), "not for both uses");
        require(!market.isLicensed(licensee, releaseId, 0, tokenId), "for no use");
        require(!market.isLicensed(licensee, releaseId, 4, tokenId), "for redistribution");
        require(!market.isLicensed(licensee, releaseId, 5, tokenId), "for one use of two");
        require(!market.isLicensed(BUYER, releaseId, 1, tokenId), "for the payer");
        require(!market.isLicensed(licensee, "other", 1, tokenId), "for another release");
        require(!market.isLicensed(licensee, 0, 1, tokenId + 1), "by no token");
        require(!market.isLicensed(address(0), 0, 1, tokenId + 1), "for nobody");
    }

    function test_expires() public {
        Terms memory terms = plainTerms();
        terms.duration = 100;
        publish(terms);
        uint256 id = bought(terms, licensee);
        vm.warp(NOW + 99);
        require(market.isLicensed(licensee, releaseId, 1, id), "expired early");
        vm.warp(NOW + 100);
        require(!market.isLicensed(licensee, releaseId, 1, id), "not expired");
        vm.warp(NOW + 1_000_000 days);
        require(market.isLicensed(licensee, releaseId, 1, tokenId), "the other one expired");
    }

    function test_cantBeTransferredNorApproved() public {
        expect(LicenseMarket.Soulbound.selector);
        vm.prank(licensee);
        market.transferFrom(licensee, BOB, tokenId);
        expect(LicenseMarket.Soulbound.selector);
        vm.prank(licensee);
        market.safeTransferFrom(licensee, BOB, tokenId);
        expect(LicenseMarket.Soulbound.selector);
        vm.prank(licensee);
        market.safeTransferFrom(licensee, BOB, tokenId, "");
        expect(LicenseMarket.Soulbound.selector);
        vm.prank(licensee);
        market.approve(BOB, tokenId);
        expect(LicenseMarket.Soulbound.selector);
        vm.prank(licensee);
        market.setApprovalForAll(BOB, true);
    }

    function test_theReceiptOfTheOwnerAndOfAnAttesterCount() public {
        vm.expectEmit(address(market));
        emit LicenseMarket.UnitsUsed(tokenId, 40);
        meterBy(attester, ATTESTER_KEY, 40);
        used(40);
        handOver(vm.addr(77));
        meterBy(vm.addr(77), 77, 41);
        used(41);
        expectInvalidReceipt(attester, 42);
        meterBy(attester, 77, 42);
        expect(LicenseMarket.NotOwner.selector, abi.encode(modelId(), ALICE));
        meterBy(ALICE, ATTESTER_KEY, 42);
    }

    function test_aContractsReceiptCounts() public {
        KeyedAccount account = new KeyedAccount(vm.addr(77));
        handOver(address(account));
        meterBy(address(account), 77, 41);
        used(41);
    }

    function test_replayedAndOlderReceiptsDoNothing() public {
        meterBy(attester, ATTESTER_KEY, 40);
        meterBy(attester, ATTESTER_KEY, 40);
        used(40);
        meterBy(attester, ATTESTER_KEY, 39);
        used(40);
    }

    function test_refusesAReceiptOfAnotherLicense() public {
        uint256 other = bought(meteredTerms(), licensee);
        bytes memory signature = sign(ATTESTER_KEY, receiptHash(tokenId, 40));
        expect(
            LicenseMarket.InvalidSignature.selector,
            abi.encode(attester, digestOf(address(market), receiptHash(other, 40)))
        );
        market.meter(meteredTerms(), other, 40, attester, signature);
    }

    function test_withoutUnitsLeftThereIsNoAccessUntilMoreAreBought() public {
        meterBy(attester, ATTESTER_KEY, 99);
        require(market.isLicensed(licensee, releaseId, 1, tokenId), "one unit is left");
        meterBy(attester, ATTESTER_KEY, 130);
        used(100);
        require(!market.isLicensed(licensee, releaseId, 1, tokenId), "no unit is left");

        topUp(meteredTerms(), 50);
        require(market.isLicensed(licensee, releaseId, 1, tokenId), "50 units are left");
        meterBy(attester, ATTESTER_KEY, 130);
        used(130);
    }

    function test_topsUpAtThePriceOfItsTermsThoughOthersStand() public {
        publish(plainTerms());
        vm.prank(ALICE);
        market.withdrawTerms(releaseId);
        uint256 before = BUYER.balance;
        vm.expectEmit(address(market));
        emit LicenseMarket.UnitsBought(tokenId, 50, 350);
        topUp(meteredTerms(), 50);
        equal(before - BUYER.balance, 350);
        credited(ALICE, ETHER, 1_000_350);
        (LicenseMarket.License memory license,) = market.licenseOf(tokenId);
        equal(license.unitsBought, 150);
        equal(license.paid, 1_000_350);
    }

    function test_refusesATopUpThatIsNotForSale() public {
        expect(
            LicenseMarket.TermsMismatch.selector,
            abi.encode(keccak256(abi.encode(meteredTerms())), keccak256(abi.encode(plainTerms())))
        );
        topUp(plainTerms(), 1);

        Terms memory terms = meteredTerms();
        terms.unitPrice = 0;
        publish(terms);
        tokenId = bought(terms, licensee);
        expect(LicenseMarket.NoUnitsForSale.selector, abi.encode(tokenId));
        topUp(terms, 1);

        terms.unitPrice = type(uint128).max;
        terms.duration = 10;
        publish(terms);
        tokenId = bought(terms, licensee);
        expect(
            LicenseMarket.PriceAboveMaximum.selector,
            abi.encode(type(uint128).max, uint256(type(uint128).max) * 2)
        );
        topUp(terms, 2);
        vm.warp(NOW + 10);
        expect(LicenseMarket.LicenseExpired.selector, abi.encode(tokenId, NOW + 10));
        topUp(terms, 1);

        vm.warp(NOW);
        publish(plainTerms());
        tokenId = bought(plainTerms(), licensee);
        expect(LicenseMarket.NotMetered.selector, abi.encode(tokenId));
        topUp(plainTerms(), 1);
        tokenId = 99;
        expect(IERC721Errors.ERC721NonexistentToken.selector, abi.encode(99));
        topUp(plainTerms(), 1);
    }

    function test_aRefundEndsTheLicenseAndCreditsTheLicensee() public {
        uint256 before = ALICE.balance;
        vm.expectEmit(address(market));
        emit LicenseMarket.LicenseRefunded(tokenId, licensee, 600_000);
        refund(ALICE, 600_000, LICENSEE_KEY);
        equal(before - ALICE.balance, 600_000);
        credited(licensee, ETHER, 600_000);
        require(!market.isLicensed(licensee, releaseId, 1, tokenId), "still licensed");
        bytes memory missing =
            bytes.concat(IERC721Errors.ERC721NonexistentToken.selector, abi.encode(tokenId));
        vm.expectRevert(missing);
        market.licenseOf(tokenId);
        vm.expectRevert(missing);
        refund(ALICE, 1, LICENSEE_KEY);
        vm.expectRevert(missing);
        meterBy(attester, ATTESTER_KEY, 1);
    }

    function test_refundsATokensPriceInTheToken() public {
        Terms memory terms = plainTerms();
        terms.currency = address(token);
        publish(terms);
        pay(BUYER, token, 1 ether);
        LicenseMarket.Order memory order_ = orderBy(licensee);
        vm.prank(BUYER);
        tokenId = market.buy(terms, order_, noVoucher(), "");
        pay(ALICE, token, 0.5 ether);
        bytes memory signature = sign(LICENSEE_KEY, refundHash(tokenId, 0.5 ether));
        vm.prank(ALICE);
        market.refund(terms, tokenId, 0.5 ether, uint64(NOW), signature);
        credited(licensee, address(token), 0.5 ether);
        equal(token.balanceOf(address(market)), 1.5 ether);
    }

    function testFuzz_neverMoreThanWasPaid(uint64 units, uint128 amount) public {
        topUp(meteredTerms(), units % 1 ether);
        uint256 paid = 1_000_000 + uint256(units % 1 ether) * 7;
        if (amount > paid) {
            expect(LicenseMarket.RefundAbovePaid.selector, abi.encode(paid, amount));
            refund(ALICE, amount, LICENSEE_KEY);
            amount = uint128(amount % (paid + 1));
        }
        refund(ALICE, amount, LICENSEE_KEY);
        credited(licensee, ETHER, amount);
    }

    function test_refundsTakeTheOwnerItsMoneyAndTheLicenseesWord() public {
        expect(LicenseMarket.NotOwner.selector, abi.encode(modelId(), BUYER));
        refund(BUYER, 1, LICENSEE_KEY);
        expectInvalidRefund(1);
        refund(ALICE, 1, ATTESTER_KEY);

        bytes memory signature = sign(LICENSEE_KEY, refundHash(tokenId, 2));
        expectInvalidRefund(1);
        vm.prank(ALICE);
        market.refund{value: 1}(meteredTerms(), tokenId, 1, uint64(NOW), signature);
        expect(RevenueLedger.Underpaid.selector, abi.encode(ETHER, 2, 1));
        vm.prank(ALICE);
        market.refund{value: 1}(meteredTerms(), tokenId, 2, uint64(NOW), signature);
        vm.warp(NOW + 1);
        expect(LicenseMarket.DeadlinePassed.selector, abi.encode(NOW, NOW + 1));
        vm.prank(ALICE);
        market.refund{value: 2}(meteredTerms(), tokenId, 2, uint64(NOW), signature);
        require(market.isLicensed(licensee, releaseId, 1, tokenId), "not licensed");
    }

    /// The owner is a contract that gets too much ether back, and refunds once more with it.
    function test_cantBeRefundedTwiceByEntryAgain() public {
        ReentrantCaller owner = new ReentrantCaller();
        handOver(address(owner));
        vm.deal(address(owner), 10);
        bytes memory signature = sign(LICENSEE_KEY, refundHash(tokenId, 4));
        bytes memory call =
            abi.encodeCall(market.refund, (meteredTerms(), tokenId, 4, uint64(NOW), signature));
        owner.onEther(address(market), call);
        owner.run(address(market), 10, call);
        equal(bytes32(owner.answer()), bytes4(keccak256("ReentrancyGuardReentrantCall()")));
        equal(owner.received(), 6);
        credited(licensee, ETHER, 4);
    }

    function test_aTopUpCantEnterAgain() public {
        ReentrantCaller payer = new ReentrantCaller();
        vm.deal(address(payer), 10);
        payer.onEther(address(market), abi.encodeCall(market.topUp, (meteredTerms(), tokenId, 0)));
        payer.run(address(market), 10, abi.encodeCall(market.topUp, (meteredTerms(), tokenId, 1)));
        equal(bytes32(payer.answer()), bytes4(keccak256("ReentrancyGuardReentrantCall()")));
        equal(payer.received(), 3);
    }

    function bought(Terms memory terms, address holder) private returns (uint256) {
        LicenseMarket.Order memory order_ = orderBy(holder);
        vm.prank(BUYER);
        return market.buy{value: 2 ether}(terms, order_, noVoucher(), "");
    }

    function topUp(Terms memory terms, uint64 units) private {
        vm.prank(BUYER);
        market.topUp{value: 10 ether}(terms, tokenId, units);
    }

    function meterBy(address signer, uint256 key, uint128 units) private {
        bytes memory signature = sign(key, receiptHash(tokenId, units));
        market.meter(meteredTerms(), tokenId, units, signer, signature);
    }

    function refund(address owner, uint128 amount, uint256 key) private {
        bytes memory signature = sign(key, refundHash(tokenId, amount));
        vm.deal(owner, 10 ether);
        vm.prank(owner);
        market.refund{value: 10 ether}(meteredTerms(), tokenId, amount, uint64(NOW), signature);
    }

    function handOver(address to) private {
        vm.prank(ALICE);
        registry.transferFrom(ALICE, to, modelId());
    }

    function modelId() private pure returns (uint256) {
        return uint256(keccak256(abi.encode(ALICE, "acme/mini-lm")));
    }

    function used(uint256 expected) private view {
        (LicenseMarket.License memory license,) = market.licenseOf(tokenId);
        equal(license.unitsUsed, expected);
    }

    function expectInvalidReceipt(address signer, uint128 units) private {
        expect(
            LicenseMarket.InvalidSignature.selector,
            abi.encode(signer, digestOf(address(market), receiptHash(tokenId, units)))
        );
    }

    function expectInvalidRefund(uint128 amount) private {
        expect(
            LicenseMarket.InvalidSignature.selector,
            abi.encode(licensee, digestOf(address(market), refundHash(tokenId, amount)))
        );
    }
}
