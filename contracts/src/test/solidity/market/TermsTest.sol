// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {
    ClassPrice,
    LicenseTerms,
    Payee,
    RegionMultiplier,
    Royalty,
    Terms
} from "../../../main/solidity/LicenseTerms.sol";
import {ModelRegistry} from "../../../main/solidity/ModelRegistry.sol";
import {vm} from "../Vm.sol";
import {MarketTest} from "./MarketTest.sol";

contract TermsTest is MarketTest {
    function test_recordsTheHashOfEachVersion() public {
        Terms memory first = classTerms();
        first.royaltyBps = 700;
        vm.expectEmit(address(market));
        emit LicenseMarket.TermsPublished(releaseId, 1, keccak256(abi.encode(first)), first);
        publish(first);
        Terms memory second = plainTerms();
        publish(second);

        equal(market.termsHashOf(releaseId, 1), keccak256(abi.encode(first)));
        equal(market.termsHashOf(releaseId, 2), keccak256(abi.encode(second)));
        equal(market.termsHashOf(releaseId, 3), 0);
        equal(market.offerOf(releaseId).version, 2);
        equal(market.offerOf(releaseId).royaltyBps, 0);
    }

    function test_onlyTheOwnerOfTheModelPublishesAndWithdraws() public {
        uint256 modelId = registry.modelIdOf(ALICE, "acme/mini-lm");
        vm.prank(ALICE);
        registry.setCollaborator(modelId, BOB, ModelRegistry.Role.MAINTAINER);
        publish(plainTerms());
        expect(LicenseMarket.NotOwner.selector, abi.encode(modelId, BOB));
        publish(BOB, releaseId, plainTerms());
        expect(LicenseMarket.NotOwner.selector, abi.encode(modelId, BOB));
        vm.prank(BOB);
        market.withdrawTerms(releaseId);

        vm.prank(ALICE);
        registry.transferFrom(ALICE, BOB, modelId);
        publish(BOB, releaseId, plainTerms());
        expect(LicenseMarket.NotOwner.selector, abi.encode(modelId, ALICE));
        publish(ALICE, releaseId, plainTerms());
    }

    function test_refusesAReleaseThatIsNotSealed() public {
        bytes32 open = opened(ALICE, "acme/open");
        expect(LicenseMarket.NotSealed.selector, abi.encode(open));
        publish(ALICE, open, plainTerms());
        expect(LicenseMarket.NotSealed.selector, abi.encode(bytes32("none")));
        vm.prank(ALICE);
        market.withdrawTerms("none");
    }

    function test_withdrawnTermsSellNothingUntilOthersArePublished() public {
        Terms memory terms = plainTerms();
        expect(LicenseMarket.NotOnSale.selector, abi.encode(releaseId));
        vm.prank(ALICE);
        market.withdrawTerms(releaseId);

        publish(terms);
        uint256 tokenId = buy(terms);
        vm.expectEmit(address(market));
        emit LicenseMarket.TermsWithdrawn(releaseId, 1);
        vm.prank(ALICE);
        market.withdrawTerms(releaseId);
        require(market.offerOf(releaseId).withdrawn, "still on sale");
        require(market.isLicensed(BUYER, releaseId, 1, tokenId), "the license is gone");
        expect(LicenseMarket.NotOnSale.selector, abi.encode(releaseId));
        buy(terms);
        expect(LicenseMarket.NotOnSale.selector, abi.encode(releaseId));
        vm.prank(ALICE);
        market.withdrawTerms(releaseId);

        publish(terms);
        buy(terms);
    }

    function test_usesAreOneToFourBits() public {
        Terms memory terms = plainTerms();
        terms.uses = 15;
        publish(terms);
        terms.uses = 16;
        refuse(LicenseTerms.InvalidUses.selector, abi.encode(16), terms);
        terms.uses = 0;
        refuse(LicenseTerms.InvalidUses.selector, abi.encode(0), terms);
    }

    function test_listsAreBounded() public {
        Terms memory terms = plainTerms();
        terms.classes = new ClassPrice[](16);
        terms.regions = new RegionMultiplier[](16);
        terms.attesters = new address[](8);
        terms.payees = equalPayees(8);
        publish(terms);

        terms.classes = new ClassPrice[](17);
        refuse(LicenseTerms.TooManyClasses.selector, abi.encode(17), terms);
        terms = plainTerms();
        terms.regions = new RegionMultiplier[](17);
        refuse(LicenseTerms.TooManyRegions.selector, abi.encode(17), terms);
        terms = plainTerms();
        terms.attesters = new address[](9);
        refuse(LicenseTerms.TooManyAttesters.selector, abi.encode(9), terms);
        terms = plainTerms();
        terms.payees = equalPayees(9);
        refuse(LicenseTerms.InvalidPayeeCount.selector, abi.encode(9), terms);
        terms.payees = new Payee[](0);
        refuse(LicenseTerms.InvalidPayeeCount.selector, abi.encode(0), terms);
    }

    function test_everyPayeeIsAnAccount() public {
        Terms memory terms = plainTerms();
        terms.payees = payees(ALICE, 5_000, address(0), 5_000);
        refuse(LicenseTerms.ZeroPayee.selector, abi.encode(1), terms);
    }

    function testFuzz_sharesAreOneWhole(uint16 first, uint16 second) public {
        Terms memory terms = plainTerms();
        terms.payees = payees(ALICE, first, BOB, second);
        uint256 sum = uint256(first) + second;
        if (sum != 10_000) {
            refuse(LicenseTerms.SharesMismatch.selector, abi.encode(10_000, sum), terms);
        }
        first = first % 10_001;
        terms.payees = payees(ALICE, first, BOB, 10_000 - first);
        publish(terms);
    }

    function test_aRulesBoundsHoldTheUnmovedPrice() public {
        Terms memory terms = plainTerms();
        terms.minPriceBps = 10_001;
        publish(terms);
        terms.priceRule = BOB;
        terms.maxPriceBps = 10_000;
        refuse(LicenseTerms.InvalidPriceBounds.selector, abi.encode(10_001, 10_000), terms);
        terms.minPriceBps = 10_000;
        publish(terms);
        terms.maxPriceBps = 9_999;
        refuse(LicenseTerms.InvalidPriceBounds.selector, abi.encode(10_000, 9_999), terms);
    }

    function test_aRoyaltyIsAHalfAtMost() public {
        Terms memory terms = plainTerms();
        terms.royaltyBps = 5_000;
        publish(terms);
        terms.royaltyBps = 5_001;
        refuse(LicenseTerms.RoyaltyTooHigh.selector, abi.encode(5_001), terms);
    }

    function test_namesAllParentsInOrder() public {
        bytes32 other = released(BOB, "b", none());
        bytes32 child = released(CAROL, "c", pair(releaseId, other));
        Terms memory terms = plainTerms();
        refuseParents(child, none(), terms);
        terms.royalties = royalty(releaseId, 0);
        refuseParents(child, only(releaseId), terms);
        terms.royalties = new Royalty[](2);
        terms.royalties[0].parent = other;
        terms.royalties[1].parent = releaseId;
        refuseParents(child, pair(other, releaseId), terms);
        terms.royalties[0].parent = releaseId;
        terms.royalties[1].parent = other;
        publish(CAROL, child, terms);
        refuseParents(releaseId, pair(releaseId, other), terms);
    }

    function test_owesWhatTheParentAsksNow() public {
        bytes32 child = released(CAROL, "c", only(releaseId));
        Terms memory terms = plainTerms();
        terms.royalties = royalty(releaseId, 1);
        terms.payees = payees(CAROL, 9_999, BOB, 0);
        refuseRoyalty(child, releaseId, 0, 1, terms);

        Terms memory parents = plainTerms();
        parents.royaltyBps = 1;
        publish(parents);
        publish(CAROL, child, terms);
        parents.royaltyBps = 2_000;
        publish(parents);
        refuseRoyalty(child, releaseId, 2_000, 1, terms);
        vm.prank(ALICE);
        market.withdrawTerms(releaseId);
        refuseRoyalty(child, releaseId, 2_000, 1, terms);
        terms.royalties[0].bps = 2_000;
        refuse(CAROL, child, LicenseTerms.SharesMismatch.selector, abi.encode(1e4, 11_999), terms);
        terms.payees[0].bps = 8_000;
        publish(CAROL, child, terms);
    }

    /// 5,000 and 2,501 of 7,501 are 3,332.88 and 1,667.11 of 5,000.
    function test_parentsTogetherGetAHalfAtMost() public {
        bytes32 other = released(BOB, "b", none());
        bytes32 child = released(CAROL, "c", pair(releaseId, other));
        Terms memory parents = plainTerms();
        parents.royaltyBps = 5_000;
        publish(parents);
        parents.royaltyBps = 2_501;
        publish(BOB, other, parents);

        Terms memory terms = plainTerms();
        terms.royalties = new Royalty[](2);
        terms.royalties[0] = Royalty(releaseId, 3_332);
        terms.royalties[1] = Royalty(other, 1_667);
        terms.payees[0].bps = 5_001;
        publish(CAROL, child, terms);
        terms.royalties[0].bps = 3_333;
        terms.royalties[1].bps = 1_666;
        refuseRoyalty(child, releaseId, 3_332, 3_333, terms);
        terms.royalties[0].bps = 3_332;
        terms.payees[0].bps = 5_002;
        refuseRoyalty(child, other, 1_667, 1_666, terms);
    }

    /// 5,000 and 1 of 5,001 are 4,999.0002 and 0.9998 of 5,000.
    function test_parentsShareAHalfAsSoonAsTheyAskForMore() public {
        bytes32 other = released(BOB, "b", none());
        bytes32 child = released(CAROL, "c", pair(releaseId, other));
        Terms memory parents = plainTerms();
        parents.royaltyBps = 5_000;
        publish(parents);
        parents.royaltyBps = 1;
        publish(BOB, other, parents);

        Terms memory terms = plainTerms();
        terms.royalties = new Royalty[](2);
        terms.royalties[0] = Royalty(releaseId, 5_000);
        terms.royalties[1] = Royalty(other, 0);
        terms.payees[0].bps = 5_000;
        refuseRoyalty(child, releaseId, 4_999, 5_000, terms);
        terms.royalties[0].bps = 4_999;
        terms.payees[0].bps = 5_001;
        publish(CAROL, child, terms);
    }

    function equalPayees(uint16 count) private pure returns (Payee[] memory list) {
        list = new Payee[](count);
        for (uint16 i = 0; i < count; ++i) {
            list[i] = Payee(ALICE, 10_000 / count);
        }
    }

    function refuse(bytes4 selector, bytes memory arguments, Terms memory terms) private {
        refuse(ALICE, releaseId, selector, arguments, terms);
    }

    function refuse(
        address owner,
        bytes32 id,
        bytes4 selector,
        bytes memory arguments,
        Terms memory terms
    ) private {
        expect(selector, arguments);
        publish(owner, id, terms);
    }

    function refuseParents(bytes32 id, bytes32[] memory found, Terms memory terms) private {
        address owner = id == releaseId ? ALICE : CAROL;
        refuse(owner, id, LicenseMarket.ParentsMismatch.selector, abi.encode(id, found), terms);
    }

    function refuseRoyalty(
        bytes32 child,
        bytes32 parent,
        uint256 expected,
        uint256 found,
        Terms memory terms
    ) private {
        refuse(
            CAROL,
            child,
            LicenseMarket.RoyaltyMismatch.selector,
            abi.encode(parent, expected, found),
            terms
        );
    }
}
