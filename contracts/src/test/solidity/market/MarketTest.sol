// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {
    COMMERCIAL,
    ClassPrice,
    Payee,
    RESEARCH,
    RegionMultiplier,
    Royalty,
    Terms
} from "../../../main/solidity/LicenseTerms.sol";
import {ModelRegistry} from "../../../main/solidity/ModelRegistry.sol";
import {vm} from "../Vm.sol";
import {Token} from "./Tokens.sol";

/// What the tests of the market share: a real registry with a sealed release, terms, and signatures
/// whose formulas are written a second time.
abstract contract MarketTest {
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    address internal constant CAROL = address(0xCA201);
    address internal constant BUYER = address(0xB0E4);
    address internal constant ETHER = address(0);
    bytes32 internal constant ACADEMIC = keccak256("academic");
    bytes32 internal constant CLINIC = keccak256("clinic");
    bytes32 internal constant HOSPITALS = keccak256("hospital-system");
    bytes32 internal constant NORTH = keccak256("north");
    bytes32 internal constant SOUTH = keccak256("south");
    bytes32 internal constant EAST = keccak256("east");
    uint256 internal constant ATTESTER_KEY = 0xA77E57;
    uint256 internal constant LICENSEE_KEY = 0x11CE45EE;
    uint256 internal constant NOW = 1_800_000_000;
    /// Of secp256k1: a signature has a second form, with its s taken from this.
    uint256 internal constant CURVE_ORDER =
        0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    ModelRegistry internal registry;
    LicenseMarket internal market;
    Token internal token;
    address internal attester;
    bytes32 internal releaseId;

    function setUp() public virtual {
        vm.roll(100);
        vm.warp(NOW);
        registry = new ModelRegistry();
        market = new LicenseMarket(registry);
        token = new Token();
        attester = vm.addr(ATTESTER_KEY);
        releaseId = released(ALICE, "acme/mini-lm", none());
        vm.deal(BUYER, 1_000_000 ether);
    }

    function none() internal pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }

    function only(bytes32 value) internal pure returns (bytes32[] memory values) {
        values = new bytes32[](1);
        values[0] = value;
    }

    function pair(bytes32 first, bytes32 second) internal pure returns (bytes32[] memory values) {
        values = new bytes32[](2);
        values[0] = first;
        values[1] = second;
    }

    function opened(address owner, string memory model) internal returns (bytes32) {
        address[] memory lanes = new address[](1);
        lanes[0] = owner;
        vm.blobhashes(only(bytes32(uint256(1) << 248)));
        vm.prank(owner);
        return registry.open(owner, model, "1", lanes, 1);
    }

    /// A sealed release of a model that belongs to the owner.
    function released(address owner, string memory model, bytes32[] memory parents)
        internal
        returns (bytes32 id)
    {
        id = opened(owner, model);
        address[] memory lanes = new address[](1);
        lanes[0] = owner;
        bytes32[] memory accumulators = only(registry.accumulator(id, owner));
        vm.blobhashes(only(bytes32(uint256(1) << 248)));
        vm.prank(owner);
        registry.seal(id, keccak256("root"), lanes, accumulators, parents);
    }

    /// Research and commercial use for good, one ether, all of it Alice's.
    function plainTerms() internal pure returns (Terms memory terms) {
        terms.uses = RESEARCH | COMMERCIAL;
        terms.price = 1 ether;
        terms.seats = 3;
        terms.payees = payees(ALICE);
    }

    /// Three classes, three regions, one attester; the full price is 1,000,000.
    function classTerms() internal view returns (Terms memory terms) {
        terms = plainTerms();
        terms.price = 1_000_000;
        terms.classes = new ClassPrice[](3);
        terms.classes[0] = ClassPrice(ACADEMIC, 0);
        terms.classes[1] = ClassPrice(CLINIC, 10_000);
        terms.classes[2] = ClassPrice(HOSPITALS, 100_000);
        terms.regions = new RegionMultiplier[](3);
        terms.regions[0] = RegionMultiplier(NORTH, 12_500);
        terms.regions[1] = RegionMultiplier(SOUTH, 3_333);
        terms.regions[2] = RegionMultiplier(EAST, 10_000);
        terms.attesters = new address[](1);
        terms.attesters[0] = attester;
    }

    /// 100 usage units an item, more for 7 wei each.
    function meteredTerms() internal view returns (Terms memory terms) {
        terms = classTerms();
        terms.units = 100;
        terms.unitPrice = 7;
    }

    function payees(address account) internal pure returns (Payee[] memory list) {
        list = new Payee[](1);
        list[0] = Payee(account, 10_000);
    }

    function payees(address first, uint16 firstBps, address second, uint16 secondBps)
        internal
        pure
        returns (Payee[] memory list)
    {
        list = new Payee[](2);
        list[0] = Payee(first, firstBps);
        list[1] = Payee(second, secondBps);
    }

    function royalty(bytes32 parent, uint16 bps) internal pure returns (Royalty[] memory list) {
        list = new Royalty[](1);
        list[0] = Royalty(parent, bps);
    }

    function publish(Terms memory terms) internal {
        publish(ALICE, releaseId, terms);
    }

    function publish(address owner, bytes32 id, Terms memory terms) internal {
        vm.prank(owner);
        market.publishTerms(id, terms);
    }

    function order() internal view returns (LicenseMarket.Order memory) {
        return LicenseMarket.Order(releaseId, BUYER, 1, type(uint128).max, uint64(NOW));
    }

    function orderBy(address licensee) internal view returns (LicenseMarket.Order memory order_) {
        order_ = order();
        order_.licensee = licensee;
    }

    function voucher(bytes32 class, bytes32 region)
        internal
        view
        returns (LicenseMarket.Voucher memory)
    {
        return LicenseMarket.Voucher(
            attester, class, region, type(uint128).max, uint64(NOW), uint256(class ^ region)
        );
    }

    function noVoucher() internal pure returns (LicenseMarket.Voucher memory v) {}

    /// Buys at the full price with ether, all of the buyer's going back but the price.
    function buy(Terms memory terms) internal returns (uint256) {
        vm.prank(BUYER);
        return market.buy{value: 10 ether}(terms, order(), noVoucher(), "");
    }

    function buyWith(Terms memory terms, LicenseMarket.Voucher memory v)
        internal
        returns (uint256)
    {
        bytes memory signature = signed(order(), v);
        vm.prank(BUYER);
        return market.buy{value: 10 ether}(terms, order(), v, signature);
    }

    function pay(address payer, Token currency, uint256 amount) internal {
        currency.mint(payer, amount);
        vm.prank(payer);
        currency.approve(address(market), amount);
    }

    function signed(LicenseMarket.Order memory o, LicenseMarket.Voucher memory v)
        internal
        view
        returns (bytes memory)
    {
        return sign(ATTESTER_KEY, voucherHash(o, v));
    }

    function sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digestOf(address(market), structHash));
        return abi.encodePacked(r, s, v);
    }

    function digestOf(address verifier, bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Luntra license market"),
                keccak256("1"),
                block.chainid,
                verifier
            )
        );
        return keccak256(bytes.concat(hex"1901", domain, structHash));
    }

    function voucherHash(LicenseMarket.Order memory o, LicenseMarket.Voucher memory v)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            bytes.concat(
                keccak256(
                    "Voucher(address buyer,bytes32 releaseId,uint16 quantity,address attester,bytes32 class,bytes32 region,uint128 maxPrice,uint64 deadline,uint256 nonce)"
                ),
                abi.encode(o.licensee, o.releaseId, o.quantity),
                abi.encode(v.attester, v.class, v.region, v.maxPrice, v.deadline, v.nonce)
            )
        );
    }

    function receiptHash(uint256 tokenId, uint128 units) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("Receipt(uint256 tokenId,uint128 cumulativeUnits)"), tokenId, units
            )
        );
    }

    function refundHash(uint256 tokenId, uint128 amount) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("Refund(uint256 tokenId,uint128 amount,uint64 deadline)"),
                tokenId,
                amount,
                uint64(NOW)
            )
        );
    }

    function expect(bytes4 selector) internal {
        vm.expectRevert(abi.encodeWithSelector(selector));
    }

    function expect(bytes4 selector, bytes memory arguments) internal {
        vm.expectRevert(bytes.concat(selector, arguments));
    }

    function equal(bytes32 found, bytes32 expected) internal pure {
        require(found == expected, "expected another 32-byte value");
    }

    function equal(uint256 found, uint256 expected) internal pure {
        require(found == expected, "expected another number");
    }

    function equal(address found, address expected) internal pure {
        require(found == expected, "expected another address");
    }

    function credited(address account, address currency, uint256 expected) internal view {
        equal(market.creditOf(account, currency), expected);
    }
}
