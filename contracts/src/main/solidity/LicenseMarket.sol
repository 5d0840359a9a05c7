// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {BPS, IPriceRule, LicenseTerms, Royalty, Terms} from "./LicenseTerms.sol";
import {ModelRegistry} from "./ModelRegistry.sol";
import {RevenueLedger} from "./RevenueLedger.sol";

/// @title Licenses of model releases, sold on terms that stand for good.
/// @notice The owner of a model publishes terms for its sealed releases, each version after the one
/// before. Whoever buys gets a license: an ERC-721 token that can't be transferred, bound to the
/// version that it was bought on. Nobody can change terms, pause a sale or a withdrawal, or end a
/// license without its holder: the contract has no owner, and nothing of it can be replaced.
///
/// The revenue is shared among the payees and the release's parents as the terms say. A parent's
/// share waits in its pot until somebody calls `distribute`, which shares it out as the parent's own
/// terms say, one level further. Parents are sealed before their children, so no share comes back to
/// where it was, and no call follows the lineage further than one level: its depth needs no limit.
///
/// @dev Prices are in wei or in the token's smallest unit, shares in basis points, times in seconds.
/// The contract stores the hash of terms only; callers pass them in full.
contract LicenseMarket is RevenueLedger, ERC721, EIP712 {
    using BitMaps for BitMaps.BitMap;
    using LicenseTerms for Terms;

    /// @param version of the latest terms; zero when the release never had any
    /// @param royaltyBps what the latest terms ask of derivatives
    /// @param withdrawn whether nobody can buy on them any more
    struct Offer {
        uint32 version;
        uint16 royaltyBps;
        bool withdrawn;
    }

    /// @param paid for it and for its usage units, in the currency of its terms
    /// @param termsVersion version of the release's terms that it was bought on
    /// @param expiry time from which it gives no access; zero for never
    /// @param uses mask of RESEARCH, COMMERCIAL, REDISTRIBUTION, DERIVATIVES
    /// @param unitsBought usage units so far; zero when usage is not metered
    /// @param unitsUsed of them, as the last receipt says
    struct License {
        bytes32 releaseId;
        uint128 paid;
        uint32 termsVersion;
        uint40 expiry;
        uint32 seats;
        uint8 uses;
        uint128 unitsBought;
        uint128 unitsUsed;
    }

    /// @param licensee who shall hold the license, whoever pays
    /// @param quantity items, each with the seats and the usage units of the terms
    /// @param maxPrice of all of them
    /// @param deadline last time at which the order holds
    struct Order {
        bytes32 releaseId;
        address licensee;
        uint16 quantity;
        uint128 maxPrice;
        uint64 deadline;
    }

    /// An attester's word for one order. It signs, as EIP-712 typed data, the fields of
    /// VOUCHER_TYPEHASH: buyer, release and quantity are those of the order.
    /// @param class zero for none: the full price
    /// @param region zero for none: no multiplier
    /// @param maxPrice of the whole order
    /// @param deadline last time at which the voucher holds
    /// @param nonce of the attester's, good once
    struct Voucher {
        address attester;
        bytes32 class;
        bytes32 region;
        uint128 maxPrice;
        uint64 deadline;
        uint256 nonce;
    }

    event TermsPublished(
        bytes32 indexed releaseId, uint32 version, bytes32 indexed termsHash, Terms terms
    );
    event TermsWithdrawn(bytes32 indexed releaseId, uint32 version);

    /// @param class zero without a voucher, as the region and the attester
    event LicenseIssued(
        uint256 indexed tokenId,
        address indexed licensee,
        bytes32 indexed releaseId,
        uint32 termsVersion,
        uint16 quantity,
        uint256 price,
        uint40 expiry,
        bytes32 class,
        bytes32 region,
        address attester
    );

    event UnitsBought(uint256 indexed tokenId, uint64 units, uint256 price);
    event UnitsUsed(uint256 indexed tokenId, uint128 unitsUsed);
    event LicenseRefunded(uint256 indexed tokenId, address indexed licensee, uint128 amount);
    event PotDistributed(
        bytes32 indexed releaseId, uint32 version, address indexed currency, uint256 amount
    );

    error NotSealed(bytes32 releaseId);
    error NotOwner(uint256 modelId, address found);
    error ParentsMismatch(bytes32 releaseId, bytes32[] found);
    error RoyaltyMismatch(bytes32 parent, uint256 expected, uint256 found);
    /// The latest terms, or those of the license, are not these.
    error TermsMismatch(bytes32 expected, bytes32 found);
    error NotOnSale(bytes32 releaseId);
    error DeadlinePassed(uint256 deadline, uint256 found);
    error NoQuantity();
    error PriceAboveMaximum(uint256 maximum, uint256 found);
    error NotAttester(address found);
    error NonceUsed(address attester, uint256 nonce);
    error InvalidSignature(address signer, bytes32 digest);
    error NotEnoughGasForPriceRule(uint256 expected, uint256 found);
    error Soulbound();
    error NotMetered(uint256 tokenId);
    error NoUnitsForSale(uint256 tokenId);
    error LicenseExpired(uint256 tokenId, uint256 expiry);
    error RefundAbovePaid(uint256 paid, uint256 found);
    error EmptyPot(bytes32 releaseId, uint32 version, address currency);

    bytes32 public constant VOUCHER_TYPEHASH = keccak256(
        "Voucher(address buyer,bytes32 releaseId,uint16 quantity,address attester,bytes32 class,bytes32 region,uint128 maxPrice,uint64 deadline,uint256 nonce)"
    );
    bytes32 public constant RECEIPT_TYPEHASH =
        keccak256("Receipt(uint256 tokenId,uint128 cumulativeUnits)");
    bytes32 public constant REFUND_TYPEHASH =
        keccak256("Refund(uint256 tokenId,uint128 amount,uint64 deadline)");

    uint256 private constant PRICE_RULE_GAS = 100_000;
    /// A call passes on 63/64 of the gas at most (EIP-150); 5,000 for the call itself.
    uint256 private constant GAS_BEFORE_PRICE_RULE = PRICE_RULE_GAS * 64 / 63 + 5_000;

    ModelRegistry public immutable registry;

    /// @notice Block of the deployment: no event of this contract is older.
    uint256 public immutable deploymentBlock = block.number;

    mapping(bytes32 releaseId => Offer) private _offers;
    mapping(bytes32 releaseId => mapping(uint32 version => bytes32)) private _termsHashes;
    mapping(uint256 tokenId => License) private _licenses;
    mapping(address attester => BitMaps.BitMap) private _usedNonces;
    uint256 private _nextTokenId = 1;

    constructor(ModelRegistry registry_)
        ERC721("Luntra licenses", "LUNTRA-LICENSE")
        EIP712("Luntra license market", "1")
    {
        registry = registry_;
    }

    /// @notice Puts a sealed release on sale, or on other terms from now on. Only the owner of its
    /// model can. The royalties name all parents, each with what its own latest terms ask for now,
    /// withdrawn or not; zero for a parent without any. Where that comes to more than 5,000 basis
    /// points, each is `asked * 5,000 / sum`, rounded down: no parent can keep a release from sale.
    function publishTerms(bytes32 releaseId, Terms calldata terms) external {
        _requireOwner(releaseId);
        terms.requireValid();
        _requireRoyalties(releaseId, terms.royalties);

        uint32 version = _offers[releaseId].version + 1;
        bytes32 termsHash = terms.hash();
        _offers[releaseId] = Offer(version, terms.royaltyBps, false);
        _termsHashes[releaseId][version] = termsHash;
        emit TermsPublished(releaseId, version, termsHash, terms);
    }

    /// @notice Takes a release off sale, until other terms are published. Licenses stay as they are;
    /// so does what derivatives owe, and how it is shared.
    function withdrawTerms(bytes32 releaseId) external {
        _requireOwner(releaseId);
        Offer storage offer = _offers[releaseId];
        if (offer.version == 0 || offer.withdrawn) revert NotOnSale(releaseId);
        offer.withdrawn = true;
        emit TermsWithdrawn(releaseId, offer.version);
    }

    /// @notice Buys a license for the order's licensee. Its price is `priceOf`. A voucher, with its
    /// attester's signature, brings the price of a class and a region; without a signature the
    /// voucher is not read. Ether above the price goes back to the caller; of a token, no less than
    /// the price must arrive.
    /// @param terms the latest of the release
    function buy(
        Terms calldata terms,
        Order calldata order,
        Voucher calldata voucher,
        bytes calldata signature
    ) external payable nonReentrant returns (uint256 tokenId) {
        _requireNotPassed(order.deadline);
        if (order.quantity == 0) revert NoQuantity();
        if (_requireLatest(order.releaseId, terms).withdrawn) revert NotOnSale(order.releaseId);
        if (signature.length == 0) {
            tokenId = _sell(terms, order, 0, 0, address(0), order.maxPrice);
        } else {
            _redeem(terms, order, voucher, signature);
            tokenId = _sell(
                terms,
                order,
                voucher.class,
                voucher.region,
                voucher.attester,
                Math.min(order.maxPrice, voucher.maxPrice)
            );
        }
    }

    /// @notice Buys more usage units for a license, at the unit price of the terms that it was bought
    /// on, whether or not they still stand.
    /// @param terms those of the license
    function topUp(Terms calldata terms, uint256 tokenId, uint64 units)
        external
        payable
        nonReentrant
    {
        License storage license = _requireLicense(tokenId, terms);
        if (license.unitsBought == 0) revert NotMetered(tokenId);
        if (terms.unitPrice == 0) revert NoUnitsForSale(tokenId);
        if (_isExpired(license.expiry)) revert LicenseExpired(tokenId, license.expiry);

        uint256 price = uint256(terms.unitPrice) * units;
        if (price > type(uint128).max) revert PriceAboveMaximum(type(uint128).max, price);
        license.unitsBought += units;
        license.paid += uint128(price);
        emit UnitsBought(tokenId, units, price);
        _split(terms, terms.currency, price);
        _collect(terms.currency, price);
    }

    /// @notice Counts usage by a receipt that the model's owner or one of the terms' attesters
    /// signed: EIP-712 typed data, RECEIPT_TYPEHASH. Receipts are cumulative: one that says no more
    /// than the last does nothing. The licensee trusts the signer to count right.
    /// @param terms those of the license
    /// @param cumulativeUnits used since the license was bought; what is above those bought counts
    /// once more are
    function meter(
        Terms calldata terms,
        uint256 tokenId,
        uint128 cumulativeUnits,
        address signer,
        bytes calldata signature
    ) external {
        License storage license = _requireLicense(tokenId, terms);
        if (!terms.hasAttester(signer)) _requireOwnership(license.releaseId, signer);
        _requireSigned(
            signer, keccak256(abi.encode(RECEIPT_TYPEHASH, tokenId, cumulativeUnits)), signature
        );

        uint128 used = uint128(Math.min(cumulativeUnits, license.unitsBought));
        if (used <= license.unitsUsed) return;
        license.unitsUsed = used;
        emit UnitsUsed(tokenId, used);
    }

    /// @notice Ends a license for money that the owner of the model brings and that the licensee is
    /// credited with. The licensee must have signed for it: EIP-712 typed data, REFUND_TYPEHASH.
    /// @param terms those of the license
    /// @param amount in their currency, at most what was paid for the license
    function refund(
        Terms calldata terms,
        uint256 tokenId,
        uint128 amount,
        uint64 deadline,
        bytes calldata signature
    ) external payable nonReentrant {
        _requireNotPassed(deadline);
        License storage license = _requireLicense(tokenId, terms);
        _requireOwnership(license.releaseId, msg.sender);
        if (amount > license.paid) revert RefundAbovePaid(license.paid, amount);
        address licensee = ownerOf(tokenId);
        _requireSigned(
            licensee, keccak256(abi.encode(REFUND_TYPEHASH, tokenId, amount, deadline)), signature
        );

        _burn(tokenId);
        emit LicenseRefunded(tokenId, licensee, amount);
        _credit(licensee, terms.currency, amount);
        _collect(terms.currency, amount);
    }

    /// @notice Shares out what derivatives brought a release in one currency, while one version of its
    /// terms was the latest: as that version says, whatever came after. Anybody can call it.
    /// @dev Who has a pot has terms: only terms ask for royalties.
    /// @param terms those of the version
    function distribute(bytes32 releaseId, uint32 version, address currency, Terms calldata terms)
        external
    {
        _requireTerms(_termsHashes[releaseId][version], terms);
        uint256 amount = _takePot(releaseId, version, currency);
        if (amount == 0) revert EmptyPot(releaseId, version, currency);
        emit PotDistributed(releaseId, version, currency, amount);
        _split(terms, currency, amount);
    }

    /// @notice What an order costs. The terms' price of the class, times the region's multiplier,
    /// rounded up; moved by the price rule, if there is one, within the terms' bounds, which are
    /// rounded down; times the quantity. A rule that fails, or answers anything but 32 bytes, moves
    /// nothing.
    /// @param class zero for the full price
    /// @param region zero for no multiplier
    function priceOf(Terms calldata terms, Order calldata order, bytes32 class, bytes32 region)
        public
        view
        returns (uint256)
    {
        uint256 price = terms.itemPrice(class, region);
        if (terms.priceRule != address(0)) {
            (bool answered, uint256 answer) = _ask(terms.priceRule, order, class, region, price);
            if (answered) {
                uint256 atMost = Math.min(answer, price * terms.maxPriceBps / BPS);
                price = Math.max(atMost, price * terms.minPriceBps / BPS);
            }
        }
        return price * order.quantity;
    }

    /// @notice Whether a license gives an account all of these uses of a release now: it is the
    /// account's, not expired, and, when usage is metered, has units left.
    /// @dev By token: with a look-up by account alone, anybody could put a lesser license before the
    /// one that counts. LicenseIssued tells an account's tokens.
    /// @param uses mask of RESEARCH, COMMERCIAL, REDISTRIBUTION, DERIVATIVES; one bit at least
    function isLicensed(address account, bytes32 releaseId, uint8 uses, uint256 tokenId)
        external
        view
        returns (bool)
    {
        License storage license = _licenses[tokenId];
        return account != address(0) && _ownerOf(tokenId) == account
            && license.releaseId == releaseId && uses != 0 && license.uses & uses == uses
            && !_isExpired(license.expiry)
            && (license.unitsBought == 0 || license.unitsUsed < license.unitsBought);
    }

    /// @notice A license that was issued and not refunded.
    function licenseOf(uint256 tokenId)
        external
        view
        returns (License memory license, bytes32 termsHash)
    {
        _requireOwned(tokenId);
        license = _licenses[tokenId];
        termsHash = _termsHashes[license.releaseId][license.termsVersion];
    }

    /// @return how a release is offered; all zero when it never had terms
    function offerOf(bytes32 releaseId) external view returns (Offer memory) {
        return _offers[releaseId];
    }

    /// @return keccak256(abi.encode(terms)) of one version, which count from 1; zero when there is
    /// none
    function termsHashOf(bytes32 releaseId, uint32 version) external view returns (bytes32) {
        return _termsHashes[releaseId][version];
    }

    function isNonceUsed(address attester, uint256 nonce) external view returns (bool) {
        return _usedNonces[attester].get(nonce);
    }

    /// @notice Licenses can't be transferred, nor approved for it.
    function safeTransferFrom(address, address, uint256, bytes memory) public pure override {
        revert Soulbound();
    }

    /// @inheritdoc ERC721
    function approve(address, uint256) public pure override {
        revert Soulbound();
    }

    /// @inheritdoc ERC721
    function setApprovalForAll(address, bool) public pure override {
        revert Soulbound();
    }

    /// A license comes and may be refunded; it never changes hands.
    function _update(address to, uint256 tokenId, address auth)
        internal
        override
        returns (address)
    {
        if (to != address(0) && _ownerOf(tokenId) != address(0)) {
            revert Soulbound();
        }
        return super._update(to, tokenId, auth);
    }

    /// Issues the license, shares the price, and takes it from the caller, in this order.
    function _sell(
        Terms calldata terms,
        Order calldata order,
        bytes32 class,
        bytes32 region,
        address attester,
        uint256 maxPrice
    ) private returns (uint256 tokenId) {
        uint256 price = priceOf(terms, order, class, region);
        if (price > maxPrice) revert PriceAboveMaximum(maxPrice, price);
        tokenId = _nextTokenId++;
        License memory license = License({
            releaseId: order.releaseId,
            paid: uint128(price),
            termsVersion: _offers[order.releaseId].version,
            expiry: terms.duration == 0 ? 0 : uint40(block.timestamp + terms.duration),
            seats: uint32(terms.seats) * order.quantity,
            uses: terms.uses,
            unitsBought: uint128(terms.units) * order.quantity,
            unitsUsed: 0
        });
        _licenses[tokenId] = license;
        _mint(order.licensee, tokenId);
        emit LicenseIssued(
            tokenId,
            order.licensee,
            order.releaseId,
            license.termsVersion,
            order.quantity,
            price,
            license.expiry,
            class,
            region,
            attester
        );
        _split(terms, terms.currency, price);
        _collect(terms.currency, price);
    }

    /// Checks a voucher and uses up its nonce.
    function _redeem(
        Terms calldata terms,
        Order calldata order,
        Voucher calldata voucher,
        bytes calldata signature
    ) private {
        address attester = voucher.attester;
        _requireNotPassed(voucher.deadline);
        if (!terms.hasAttester(attester)) revert NotAttester(attester);
        if (_usedNonces[attester].get(voucher.nonce)) revert NonceUsed(attester, voucher.nonce);
        _usedNonces[attester].set(voucher.nonce);
        bytes32 structHash = keccak256(
            abi.encode(VOUCHER_TYPEHASH, order.licensee, order.releaseId, order.quantity, voucher)
        );
        _requireSigned(attester, structHash, signature);
    }

    /// Asks a price rule, with all the gas that it may have: a buyer can't starve it.
    function _ask(address rule, Order calldata order, bytes32 class, bytes32 region, uint256 price)
        private
        view
        returns (bool answered, uint256 answer)
    {
        bytes memory question = abi.encodeCall(
            IPriceRule.priceOf,
            (order.releaseId, order.licensee, class, region, order.quantity, price)
        );
        if (gasleft() < GAS_BEFORE_PRICE_RULE) {
            revert NotEnoughGasForPriceRule(GAS_BEFORE_PRICE_RULE, gasleft());
        }
        uint256 gasLimit = PRICE_RULE_GAS;
        // In assembly: a rule's long answer is not copied, and one that is no number does not revert.
        assembly ("memory-safe") {
            answered := staticcall(gasLimit, rule, add(question, 0x20), mload(question), 0, 0x20)
            answered := and(answered, eq(returndatasize(), 0x20))
            answer := mload(0)
        }
    }

    function _requireRoyalties(bytes32 releaseId, Royalty[] calldata royalties) private view {
        bytes32[] memory parents = new bytes32[](royalties.length);
        uint256 asked = 0;
        for (uint256 i = 0; i < parents.length; ++i) {
            parents[i] = royalties[i].parent;
            asked += _offers[parents[i]].royaltyBps;
        }
        if (!registry.hasParents(releaseId, parents)) revert ParentsMismatch(releaseId, parents);
        for (uint256 i = 0; i < parents.length; ++i) {
            uint256 owed = _offers[parents[i]].royaltyBps;
            if (asked > LicenseTerms.MAX_ROYALTY) owed = owed * LicenseTerms.MAX_ROYALTY / asked;
            if (royalties[i].bps != owed) {
                revert RoyaltyMismatch(parents[i], owed, royalties[i].bps);
            }
        }
    }

    function _requireLatest(bytes32 releaseId, Terms calldata terms)
        private
        view
        returns (Offer memory offer)
    {
        offer = _offers[releaseId];
        _requireTerms(_termsHashes[releaseId][offer.version], terms);
    }

    function _requireLicense(uint256 tokenId, Terms calldata terms)
        private
        view
        returns (License storage license)
    {
        _requireOwned(tokenId);
        license = _licenses[tokenId];
        _requireTerms(_termsHashes[license.releaseId][license.termsVersion], terms);
    }

    function _requireTerms(bytes32 expected, Terms calldata terms) private pure {
        bytes32 found = terms.hash();
        if (expected != found) revert TermsMismatch(expected, found);
    }

    function _requireOwner(bytes32 releaseId) private view {
        if (!registry.isSealed(releaseId)) revert NotSealed(releaseId);
        _requireOwnership(releaseId, msg.sender);
    }

    /// The account owns the model that this is a release of.
    function _requireOwnership(bytes32 releaseId, address account) private view {
        uint256 modelId = registry.modelOf(releaseId);
        if (registry.roleOf(modelId, account) != ModelRegistry.Role.OWNER) {
            revert NotOwner(modelId, account);
        }
    }

    function _requireNotPassed(uint256 deadline) private view {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
    }

    /// @param structHash EIP-712's hashStruct of what the signer, an account or an ERC-1271 contract,
    /// says
    function _requireSigned(address signer, bytes32 structHash, bytes calldata signature)
        private
        view
    {
        bytes32 digest = _hashTypedDataV4(structHash);
        if (!SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature)) {
            revert InvalidSignature(signer, digest);
        }
    }

    function _versionOf(bytes32 releaseId) internal view override returns (uint32) {
        return _offers[releaseId].version;
    }

    function _isExpired(uint256 expiry) private view returns (bool) {
        return expiry != 0 && block.timestamp >= expiry;
    }
}
