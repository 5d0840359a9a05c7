// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Terms} from "../../../main/solidity/LicenseTerms.sol";
import {vm} from "../Vm.sol";
import {MarketHandler} from "./MarketHandler.sol";

/// What holds whatever anybody does.
contract MarketInvariantTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    MarketHandler private handler;

    function setUp() public {
        handler = new MarketHandler();
        handler.setUp();
    }

    /// Read by forge.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = handler.publishTerms.selector;
        selectors[1] = handler.withdrawTerms.selector;
        selectors[2] = handler.buyAtFullPrice.selector;
        selectors[3] = handler.buyByVoucher.selector;
        selectors[4] = handler.topUp.selector;
        selectors[5] = handler.meter.selector;
        selectors[6] = handler.refund.selector;
        selectors[7] = handler.distribute.selector;
        selectors[8] = handler.withdraw.selector;
        selectors[9] = handler.wait.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    /// Read by forge.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// Equal, as both currencies move what they are told and nothing else.
    function invariant_creditsAndPotsAreWhatIsHeld() public view {
        same(handler.owed(address(0)), handler.held(address(0)));
        address token = handler.currencyOfTokens();
        same(handler.owed(token), handler.held(token));
    }

    function invariant_sharesAreOneWhole() public view {
        bytes[] memory accepted = handler.acceptedTerms();
        for (uint256 i = 0; i < accepted.length; ++i) {
            Terms memory terms = abi.decode(accepted[i], (Terms));
            uint256 sum = 0;
            for (uint256 j = 0; j < terms.payees.length; ++j) {
                sum += terms.payees[j].bps;
            }
            for (uint256 j = 0; j < terms.royalties.length; ++j) {
                sum += terms.royalties[j].bps;
            }
            same(sum, 10_000);
        }
    }

    function invariant_theTermsOfALicenseStay() public {
        for (uint256 tokenId = 1; tokenId <= handler.saleCount(); ++tokenId) {
            MarketHandler.Sale memory sale = handler.saleOf(tokenId);
            if (sale.ended) {
                vm.expectRevert(
                    abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, tokenId)
                );
                handler.termsHashOf(tokenId);
            } else {
                require(handler.termsHashOf(tokenId) == sale.termsHash, "other terms");
            }
        }
    }

    function invariant_anExpiredOrRefundedLicenseGivesNoAccess() public view {
        for (uint256 tokenId = 1; tokenId <= handler.saleCount(); ++tokenId) {
            MarketHandler.Sale memory sale = handler.saleOf(tokenId);
            bool ended = sale.ended || handler.time() >= sale.expiry;
            require(!ended || !handler.isLicensed(tokenId), "access without a license");
        }
    }

    function invariant_refundsAreAtMostWhatWasPaid() public view {
        for (uint256 tokenId = 1; tokenId <= handler.saleCount(); ++tokenId) {
            MarketHandler.Sale memory sale = handler.saleOf(tokenId);
            require(sale.refunded <= sale.paid, "refunded more than paid");
        }
    }

    function same(uint256 found, uint256 expected) private pure {
        require(found == expected, "expected another number");
    }
}
