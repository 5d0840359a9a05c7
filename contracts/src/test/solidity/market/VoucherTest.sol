// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {LicenseTerms, Terms} from "../../../main/solidity/LicenseTerms.sol";
import {vm} from "../Vm.sol";
import {KeyedAccount} from "./Accounts.sol";
import {MarketTest} from "./MarketTest.sol";

contract VoucherTest is MarketTest {
    LicenseMarket.Voucher private clinic;
    bytes private signature;

    /// A voucher for the buyer as a clinic in the north: 10,000 times 1.25.
    function setUp() public override {
        super.setUp();
        publish(classTerms());
        clinic = voucher(CLINIC, NORTH);
        signature = signed(order(), clinic);
    }

    function test_bringsThePriceOfItsClassAndRegion() public {
        vm.expectEmit(address(market));
        emit LicenseMarket.LicenseIssued(
            1, BUYER, releaseId, 1, 1, 12_500, 0, CLINIC, NORTH, attester
        );
        redeem(order(), clinic);
        credited(ALICE, ETHER, 12_500);
        require(market.isNonceUsed(attester, clinic.nonce), "nonce unused");
        require(!market.isNonceUsed(attester, clinic.nonce ^ 1), "the wrong nonce used");
    }

    function test_withoutASignatureItIsNotRead() public {
        signature = "";
        redeem(order(), clinic);
        credited(ALICE, ETHER, 1_000_000);
        require(!market.isNonceUsed(attester, clinic.nonce), "nonce used");
    }

    function test_zeroIsNoClassAndNoRegion() public {
        buyWith(classTerms(), voucher(0, SOUTH));
        credited(ALICE, ETHER, 333_300);
        buyWith(classTerms(), voucher(CLINIC, 0));
        credited(ALICE, ETHER, 343_300);
    }

    function test_refusesAClassOrARegionThatTheTermsDontKnow() public {
        clinic.class = "zoo";
        signature = signed(order(), clinic);
        expect(LicenseTerms.UnknownClass.selector, abi.encode(bytes32("zoo")));
        redeem(order(), clinic);
        clinic = voucher(CLINIC, "moon");
        signature = signed(order(), clinic);
        expect(LicenseTerms.UnknownRegion.selector, abi.encode(bytes32("moon")));
        redeem(order(), clinic);
    }

    function testFuzz_multipliersRoundUp(uint128 price, uint16 multiplierBps) public view {
        Terms memory terms = classTerms();
        terms.classes[1].price = price;
        terms.regions[0].multiplierBps = multiplierBps;
        uint256 found = market.priceOf(terms, order(), CLINIC, NORTH);
        uint256 exact = uint256(price) * multiplierBps;
        require(found * 10_000 >= exact && found * 10_000 - exact < 10_000, "not rounded up");
    }

    function test_isGoodOnce() public {
        redeem(order(), clinic);
        expectUsed();
        redeem(order(), clinic);
        LicenseMarket.Voucher memory other = voucher(ACADEMIC, 0);
        other.nonce = clinic.nonce;
        signature = signed(order(), other);
        expectUsed();
        redeem(order(), other);
    }

    function test_anotherAttestersNonceIsAnother() public {
        redeem(order(), clinic);
        KeyedAccount second = new KeyedAccount(attester);
        Terms memory terms = classTerms();
        terms.attesters[0] = address(second);
        publish(terms);
        clinic.attester = address(second);
        signature = signed(order(), clinic);
        redeem(terms, order(), clinic);
        equal(market.balanceOf(BUYER), 2);
    }

    function test_takesAContractsSignature() public {
        KeyedAccount account = new KeyedAccount(attester);
        Terms memory terms = classTerms();
        terms.attesters[0] = address(account);
        publish(terms);
        clinic.attester = address(account);
        expectInvalid(market, order(), clinic);
        redeem(terms, order(), clinic);
        signature = signed(order(), clinic);
        redeem(terms, order(), clinic);
        credited(ALICE, ETHER, 12_500);
    }

    function test_refusesAnotherBuyer() public {
        refuse(orderBy(CAROL), clinic);
    }

    function test_refusesAnotherQuantity() public {
        LicenseMarket.Order memory order_ = order();
        order_.quantity = 2;
        refuse(order_, clinic);
    }

    function test_refusesAnotherRelease() public {
        LicenseMarket.Order memory order_ = order();
        order_.releaseId = released(ALICE, "acme/other", none());
        publish(ALICE, order_.releaseId, classTerms());
        refuse(order_, clinic);
    }

    function test_refusesAnyChangeOfItsFields() public {
        LicenseMarket.Voucher memory changed = clinic;
        changed.class = ACADEMIC;
        refuse(order(), changed);
        changed = clinic;
        changed.region = SOUTH;
        refuse(order(), changed);
        changed = clinic;
        changed.maxPrice -= 1;
        refuse(order(), changed);
        changed = clinic;
        changed.deadline += 1;
        refuse(order(), changed);
        changed = clinic;
        changed.nonce += 1;
        refuse(order(), changed);
    }

    function test_refusesAnotherChain() public {
        vm.chainId(block.chainid + 1);
        refuse(order(), clinic);
    }

    function test_refusesAnotherMarket() public {
        LicenseMarket second = new LicenseMarket(registry);
        vm.prank(ALICE);
        second.publishTerms(releaseId, classTerms());
        LicenseMarket.Order memory order_ = order();
        LicenseMarket.Voucher memory voucher_ = clinic;
        bytes memory signature_ = signature;
        expectInvalid(second, order_, voucher_);
        vm.prank(BUYER);
        second.buy{value: 1 ether}(classTerms(), order_, voucher_, signature_);
    }

    function test_refusesAnAttesterThatTheTermsDontName() public {
        uint256 key = 0xBAD;
        clinic.attester = vm.addr(key);
        signature = sign(key, voucherHash(order(), clinic));
        expect(LicenseMarket.NotAttester.selector, abi.encode(clinic.attester));
        redeem(order(), clinic);
        Terms memory terms = plainTerms();
        publish(terms);
        expect(LicenseMarket.NotAttester.selector, abi.encode(attester));
        redeem(terms, order(), voucher(CLINIC, NORTH));
    }

    function test_refusesAnotherSigner() public {
        signature = sign(0xBAD, voucherHash(order(), clinic));
        refuse(order(), clinic);
    }

    function test_refusesTheOtherFormsOfASignature() public {
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(ATTESTER_KEY, digestOf(address(market), voucherHash(order(), clinic)));
        signature = abi.encodePacked(r, CURVE_ORDER - uint256(s), 55 - v);
        refuse(order(), clinic);
        signature = abi.encodePacked(r, s, v, uint8(0));
        refuse(order(), clinic);
        signature = hex"00";
        refuse(order(), clinic);
        signature = abi.encodePacked(r, s, v);
        redeem(order(), clinic);
    }

    function test_refusesAVoucherAfterItsDeadline() public {
        clinic.deadline = uint64(NOW - 1);
        signature = signed(order(), clinic);
        expect(LicenseMarket.DeadlinePassed.selector, abi.encode(NOW - 1, NOW));
        redeem(order(), clinic);
    }

    function test_theLowerCeilingCounts() public {
        clinic.maxPrice = 12_499;
        signature = signed(order(), clinic);
        expect(LicenseMarket.PriceAboveMaximum.selector, abi.encode(12_499, 12_500));
        redeem(order(), clinic);
        LicenseMarket.Order memory order_ = order();
        order_.maxPrice = 12_498;
        expect(LicenseMarket.PriceAboveMaximum.selector, abi.encode(12_498, 12_500));
        redeem(order_, clinic);
        clinic.maxPrice = 12_500;
        signature = signed(order(), clinic);
        redeem(order(), clinic);
    }

    function redeem(LicenseMarket.Order memory order_, LicenseMarket.Voucher memory voucher_)
        private
    {
        redeem(classTerms(), order_, voucher_);
    }

    function redeem(
        Terms memory terms,
        LicenseMarket.Order memory order_,
        LicenseMarket.Voucher memory voucher_
    ) private {
        bytes memory signature_ = signature;
        vm.prank(BUYER);
        market.buy{value: 1 ether}(terms, order_, voucher_, signature_);
    }

    function refuse(LicenseMarket.Order memory order_, LicenseMarket.Voucher memory voucher_)
        private
    {
        expectInvalid(market, order_, voucher_);
        redeem(order_, voucher_);
    }

    function expectInvalid(
        LicenseMarket market_,
        LicenseMarket.Order memory order_,
        LicenseMarket.Voucher memory voucher_
    ) private {
        bytes32 digest = digestOf(address(market_), voucherHash(order_, voucher_));
        expect(LicenseMarket.InvalidSignature.selector, abi.encode(voucher_.attester, digest));
    }

    function expectUsed() private {
        expect(LicenseMarket.NonceUsed.selector, abi.encode(attester, clinic.nonce));
    }
}
