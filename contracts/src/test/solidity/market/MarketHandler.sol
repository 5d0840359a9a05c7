// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {Payee, Royalty, Terms} from "../../../main/solidity/LicenseTerms.sol";
import {vm} from "../Vm.sol";
import {MarketTest} from "./MarketTest.sol";
import {Token} from "./Tokens.sol";

/// What accounts do with the market, in any order: three releases, each the next one's parent, two
/// currencies, and a few accounts that are payees and licensees alike. It remembers what it saw.
contract MarketHandler is MarketTest {
    struct Sale {
        bytes32 releaseId;
        bytes32 termsHash;
        address licensee;
        uint256 paid;
        uint256 refunded;
        uint256 expiry;
        bool ended;
    }

    uint256 private constant LICENSEES = 3;

    bytes32[] private releases;
    address[] private owners;
    address[] private accounts;
    /// abi.encode(terms): those of each release that were accepted, in order.
    mapping(bytes32 releaseId => bytes[]) private versions;
    /// abi.encode(terms) of all that were accepted.
    bytes[] private accepted;
    mapping(bytes32 termsHash => bytes) private termsOf;
    /// That of token i + 1.
    Sale[] private sales;
    uint256 private nonce;
    uint256 public time = NOW;

    function setUp() public override {
        super.setUp();
        accounts.push(ALICE);
        accounts.push(BOB);
        accounts.push(CAROL);
        for (uint256 i = 0; i < LICENSEES; ++i) {
            accounts.push(vm.addr(LICENSEE_KEY + i));
        }
        owners = [ALICE, BOB, CAROL];
        releases.push(releaseId);
        releases.push(released(BOB, "b", only(releases[0])));
        releases.push(released(CAROL, "c", pair(releases[1], releases[0])));
        for (uint256 i = 0; i < 3; ++i) {
            publishTerms(i, 1 ether + 1, uint16(1_000 * i), uint16(3_333 * i), i == 1, 0);
        }
    }

    /// Publishes terms whose shares add up when `slip` is zero; the market may refuse all others.
    function publishTerms(
        uint256 seed,
        uint96 price,
        uint16 royaltyBps,
        uint16 firstBps,
        bool inTokens,
        uint16 slip
    ) public {
        uint256 index = seed % 3;
        Terms memory terms = meteredTerms();
        terms.currency = inTokens ? address(token) : ETHER;
        terms.price = price;
        terms.unitPrice = price / 1_000;
        terms.duration = slip % 2 == 0 ? 0 : 1 hours;
        terms.royaltyBps = royaltyBps % 5_002;
        (terms.royalties, terms.payees) = shares(index, firstBps, slip % 8 < 6 ? 0 : slip);
        vm.prank(owners[index]);
        try market.publishTerms(releases[index], terms) {
            bytes memory encoded = abi.encode(terms);
            versions[releases[index]].push(encoded);
            termsOf[keccak256(encoded)] = encoded;
            accepted.push(encoded);
        } catch {}
    }

    function withdrawTerms(uint256 seed) public {
        vm.prank(owners[seed % 3]);
        try market.withdrawTerms(releases[seed % 3]) {} catch {}
    }

    function buyAtFullPrice(uint256 seed, uint8 quantity, uint64 excess) public {
        buy(seed, quantity, excess, 0, 0);
    }

    function buyByVoucher(uint256 seed, uint8 quantity, uint64 excess) public {
        bytes32[4] memory classes = [bytes32(0), ACADEMIC, CLINIC, HOSPITALS];
        bytes32[4] memory regions = [bytes32(0), NORTH, SOUTH, EAST];
        buy(seed, quantity, excess, classes[seed / 3 % 4], regions[seed / 12 % 4]);
    }

    function topUp(uint256 seed, uint16 units) public {
        if (sales.length == 0) return;
        Sale storage sale = sales[seed % sales.length];
        Terms memory terms = abi.decode(termsOf[sale.termsHash], (Terms));
        uint256 before = fund(terms.currency);
        uint256 value = terms.currency == ETHER ? BUYER.balance : 0;
        vm.prank(BUYER);
        try market.topUp{value: value}(terms, seed % sales.length + 1, units) {
            sale.paid += before - balanceOf(terms.currency, BUYER);
        } catch {}
    }

    function meter(uint256 seed, uint64 units) public {
        if (sales.length == 0) return;
        uint256 tokenId = seed % sales.length + 1;
        Terms memory terms = abi.decode(termsOf[sales[tokenId - 1].termsHash], (Terms));
        bytes memory signature = sign(ATTESTER_KEY, receiptHash(tokenId, units % 300));
        try market.meter(terms, tokenId, units % 300, attester, signature) {} catch {}
    }

    /// Tries any amount up to twice what was paid.
    function refund(uint256 seed, uint128 amount) public {
        if (sales.length == 0) return;
        uint256 tokenId = seed % sales.length + 1;
        Sale storage sale = sales[tokenId - 1];
        amount = uint128(amount % (2 * sale.paid + 1));
        Terms memory terms = abi.decode(termsOf[sale.termsHash], (Terms));
        bytes memory signature = consent(sale.licensee, tokenId, amount);
        uint256 before = market.creditOf(sale.licensee, terms.currency);
        address owner = owners[indexOf(sale.releaseId)];
        uint256 value = terms.currency == ETHER ? amount : 0;
        if (value == 0) pay(owner, token, amount);
        else vm.deal(owner, value);
        vm.prank(owner);
        try market.refund{value: value}(terms, tokenId, amount, uint64(time), signature) {
            sale.refunded += market.creditOf(sale.licensee, terms.currency) - before;
            sale.ended = true;
        } catch {}
    }

    function distribute(uint256 seed, bool inTokens) public {
        bytes32 id = releases[seed % 3];
        uint256 index = seed / 3 % versions[id].length;
        Terms memory terms = abi.decode(versions[id][index], (Terms));
        uint32 version = uint32(index + 1);
        try market.distribute(id, version, inTokens ? address(token) : ETHER, terms) {} catch {}
    }

    function withdraw(uint256 seed, bool inTokens) public {
        address account = accounts[seed % accounts.length];
        vm.prank(account);
        try market.withdraw(inTokens ? address(token) : ETHER, account) {} catch {}
    }

    function wait(uint16 duration) public {
        time += duration % 2 hours;
        vm.warp(time);
    }

    function latestOf(bytes32 id) private view returns (bytes memory) {
        return versions[id][versions[id].length - 1];
    }

    function saleCount() external view returns (uint256) {
        return sales.length;
    }

    function saleOf(uint256 tokenId) external view returns (Sale memory) {
        return sales[tokenId - 1];
    }

    function acceptedTerms() external view returns (bytes[] memory) {
        return accepted;
    }

    /// What all accounts and releases are owed.
    function owed(address currency) external view returns (uint256 sum) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            sum += market.creditOf(accounts[i], currency);
        }
        for (uint256 i = 0; i < releases.length; ++i) {
            for (uint32 version = 1; version <= versions[releases[i]].length; ++version) {
                sum += market.potOf(releases[i], version, currency);
            }
        }
    }

    function held(address currency) external view returns (uint256) {
        return balanceOf(currency, address(market));
    }

    function isLicensed(uint256 tokenId) external view returns (bool) {
        Sale storage sale = sales[tokenId - 1];
        return market.isLicensed(sale.licensee, sale.releaseId, 1, tokenId);
    }

    function termsHashOf(uint256 tokenId) external view returns (bytes32 termsHash) {
        (, termsHash) = market.licenseOf(tokenId);
    }

    function currencyOfTokens() external view returns (address) {
        return address(token);
    }

    /// In vain when the release is off sale.
    function buy(uint256 seed, uint8 quantity, uint64 excess, bytes32 class, bytes32 region)
        private
    {
        LicenseMarket.Order memory o = LicenseMarket.Order(
            releases[seed % 3],
            vm.addr(LICENSEE_KEY + seed % LICENSEES),
            uint16(quantity) + 1,
            type(uint128).max,
            uint64(time)
        );
        Terms memory terms = abi.decode(latestOf(o.releaseId), (Terms));
        LicenseMarket.Voucher memory v = LicenseMarket.Voucher(
            attester, class, region, type(uint128).max, uint64(time), nonce++
        );
        bytes memory signature = class | region == 0 ? bytes("") : signed(o, v);
        uint256 price = market.priceOf(terms, o, class, region);
        uint256 before = fund(terms.currency);
        uint256 value = terms.currency == ETHER ? price + excess : 0;
        vm.prank(BUYER);
        try market.buy{value: value}(terms, o, v, signature) {
            uint256 paid = before - balanceOf(terms.currency, BUYER);
            uint256 expiry = terms.duration == 0 ? type(uint256).max : time + terms.duration;
            sales.push(
                Sale(o.releaseId, keccak256(abi.encode(terms)), o.licensee, paid, 0, expiry, false)
            );
        } catch {}
    }

    /// @return what the buyer has then of a currency
    function fund(address currency) private returns (uint256) {
        if (currency == ETHER) vm.deal(BUYER, 2 ** 120);
        else pay(BUYER, token, 2 ** 120);
        return balanceOf(currency, BUYER);
    }

    function balanceOf(address currency, address account) private view returns (uint256) {
        return currency == ETHER ? account.balance : Token(currency).balanceOf(account);
    }

    /// Royalties as the parents ask, and two payees and a licensee for the rest.
    function shares(uint256 index, uint16 firstBps, uint16 slip)
        private
        view
        returns (Royalty[] memory royalties, Payee[] memory list)
    {
        royalties = new Royalty[](index);
        uint256 asked = 0;
        for (uint256 i = 0; i < index; ++i) {
            asked += market.offerOf(releases[index - 1 - i]).royaltyBps;
        }
        uint256 rest = 10_000;
        for (uint256 i = 0; i < index; ++i) {
            uint256 bps = market.offerOf(releases[index - 1 - i]).royaltyBps;
            if (asked > 5_000) bps = bps * 5_000 / asked;
            royalties[i] = Royalty(releases[index - 1 - i], uint16(bps));
            rest -= bps;
        }
        list = new Payee[](3);
        list[0] = Payee(accounts[0], uint16(firstBps % (rest + 1)));
        list[1] = Payee(accounts[1], uint16((rest - list[0].bps) / 3));
        list[2] = Payee(accounts[3], uint16(rest - list[0].bps - list[1].bps + slip % 3));
    }

    function consent(address licensee, uint256 tokenId, uint128 amount)
        private
        view
        returns (bytes memory)
    {
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Refund(uint256 tokenId,uint128 amount,uint64 deadline)"),
                tokenId,
                amount,
                uint64(time)
            )
        );
        uint256 key = LICENSEE_KEY;
        while (vm.addr(key) != licensee) ++key;
        return sign(key, structHash);
    }

    function indexOf(bytes32 id) private view returns (uint256 index) {
        while (releases[index] != id) ++index;
    }
}
