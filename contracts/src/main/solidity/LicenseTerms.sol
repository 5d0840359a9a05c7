// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

// What a release may be used for, as bits of a mask.
uint8 constant RESEARCH = 1;
uint8 constant COMMERCIAL = 2;
uint8 constant REDISTRIBUTION = 4;
uint8 constant DERIVATIVES = 8;

// One whole in basis points.
uint256 constant BPS = 10_000;

/// Moves the price of one item, say with demand or with an oracle's rate. It is asked in a static
/// call with 100,000 gas.
interface IPriceRule {
    /// @param price what one item costs without the rule, in wei or token units
    /// @return what it shall cost
    function priceOf(
        bytes32 releaseId,
        address licensee,
        bytes32 class,
        bytes32 region,
        uint16 quantity,
        uint256 price
    ) external view returns (uint256);
}

/// @param class what an attester says of a buyer, such as keccak256("academic")
/// @param price of one item, in wei or token units; may be zero
struct ClassPrice {
    bytes32 class;
    uint128 price;
}

/// @param multiplierBps what prices in this region are multiplied with
struct RegionMultiplier {
    bytes32 region;
    uint16 multiplierBps;
}

struct Payee {
    address account;
    uint16 bps;
}

/// @param parent release that the one on sale comes from
struct Royalty {
    bytes32 parent;
    uint16 bps;
}

/// What a release is sold for. Prices are in wei, or in the token's smallest unit, for one item.
/// @param uses mask of RESEARCH, COMMERCIAL, REDISTRIBUTION, DERIVATIVES
/// @param currency ERC-20 token; zero for ether
/// @param price what those pay who show no class
/// @param classes at most 16; where one comes twice, the first counts
/// @param regions at most 16, likewise
/// @param duration seconds that a license lasts; zero for good
/// @param seats of one item
/// @param units usage units of one item, prepaid; zero when usage is not metered
/// @param unitPrice of one more usage unit; zero when none are sold
/// @param attesters whose word the publisher takes for classes, regions and usage: at most 8
/// @param priceRule moves the price of an item; zero for none
/// @param minPriceBps bound of the rule's answer, of the price without the rule; at most 10,000
/// @param maxPriceBps likewise, at least 10,000
/// @param royaltyBps what releases that name this one as a parent owe it; at most 5,000
/// @param payees who shares the revenue: 1 to 8
/// @param royalties of the release's parents, all of them, in the order of the registry
struct Terms {
    uint8 uses;
    address currency;
    uint128 price;
    ClassPrice[] classes;
    RegionMultiplier[] regions;
    uint32 duration;
    uint16 seats;
    uint64 units;
    uint128 unitPrice;
    address[] attesters;
    address priceRule;
    uint16 minPriceBps;
    uint16 maxPriceBps;
    uint16 royaltyBps;
    Payee[] payees;
    Royalty[] royalties;
}

/// What terms say, without any state.
library LicenseTerms {
    error InvalidUses(uint8 found);
    error TooManyClasses(uint256 found);
    error TooManyRegions(uint256 found);
    error TooManyAttesters(uint256 found);
    error InvalidPayeeCount(uint256 found);
    error ZeroPayee(uint256 index);
    error InvalidPriceBounds(uint256 minPriceBps, uint256 maxPriceBps);
    error RoyaltyTooHigh(uint256 found);
    /// The shares of payees and parents together are not one whole.
    error SharesMismatch(uint256 expected, uint256 found);
    error UnknownClass(bytes32 class);
    error UnknownRegion(bytes32 region);

    uint256 internal constant MAX_CLASSES = 16;
    uint256 internal constant MAX_REGIONS = 16;
    uint256 internal constant MAX_ATTESTERS = 8;
    uint256 internal constant MAX_PAYEES = 8;
    /// What all parents of a release get together, at most: its own payees keep a half.
    uint256 internal constant MAX_ROYALTY = 5_000;

    function hash(Terms calldata terms) internal pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    /// All that can be said of terms by themselves: not whether the royalties are the right ones.
    function requireValid(Terms calldata terms) internal pure {
        if (terms.uses == 0 || terms.uses > (RESEARCH | COMMERCIAL | REDISTRIBUTION | DERIVATIVES))
        {
            revert InvalidUses(terms.uses);
        }
        if (terms.classes.length > MAX_CLASSES) revert TooManyClasses(terms.classes.length);
        if (terms.regions.length > MAX_REGIONS) revert TooManyRegions(terms.regions.length);
        if (terms.attesters.length > MAX_ATTESTERS) {
            revert TooManyAttesters(terms.attesters.length);
        }
        if (terms.priceRule != address(0) && (terms.minPriceBps > BPS || terms.maxPriceBps < BPS)) {
            revert InvalidPriceBounds(terms.minPriceBps, terms.maxPriceBps);
        }
        if (terms.royaltyBps > MAX_ROYALTY) revert RoyaltyTooHigh(terms.royaltyBps);
        uint256 shares = _sharesOf(terms);
        if (shares != BPS) revert SharesMismatch(BPS, shares);
    }

    function hasAttester(Terms calldata terms, address account) internal pure returns (bool) {
        for (uint256 i = 0; i < terms.attesters.length; ++i) {
            if (terms.attesters[i] == account) return true;
        }
        return false;
    }

    /// What one item costs without the price rule, rounded up.
    /// @param class zero for the full price
    /// @param region zero for the price as it stands
    function itemPrice(Terms calldata terms, bytes32 class, bytes32 region)
        internal
        pure
        returns (uint256 price)
    {
        price = class == 0 ? terms.price : _classPrice(terms.classes, class);
        if (region != 0) price = Math.ceilDiv(price * _multiplier(terms.regions, region), BPS);
    }

    function _classPrice(ClassPrice[] calldata classes, bytes32 class)
        private
        pure
        returns (uint256)
    {
        for (uint256 i = 0; i < classes.length; ++i) {
            if (classes[i].class == class) return classes[i].price;
        }
        revert UnknownClass(class);
    }

    function _multiplier(RegionMultiplier[] calldata regions, bytes32 region)
        private
        pure
        returns (uint256)
    {
        for (uint256 i = 0; i < regions.length; ++i) {
            if (regions[i].region == region) return regions[i].multiplierBps;
        }
        revert UnknownRegion(region);
    }

    function _sharesOf(Terms calldata terms) private pure returns (uint256 bps) {
        uint256 count = terms.payees.length;
        if (count == 0 || count > MAX_PAYEES) revert InvalidPayeeCount(count);
        for (uint256 i = 0; i < count; ++i) {
            if (terms.payees[i].account == address(0)) revert ZeroPayee(i);
            bps += terms.payees[i].bps;
        }
        for (uint256 i = 0; i < terms.royalties.length; ++i) {
            bps += terms.royalties[i].bps;
        }
    }
}
