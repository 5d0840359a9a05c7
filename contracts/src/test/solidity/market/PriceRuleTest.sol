// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {Terms} from "../../../main/solidity/LicenseTerms.sol";
import {MarketTest} from "./MarketTest.sol";
import {ArgumentsRule, BytesRule, CostlyRule, EndlessRule, RevertingRule} from "./Rules.sol";

contract PriceRuleTest is MarketTest {
    /// 12,500 for a clinic in the north; 20 percent less for two items.
    function test_seesWhoBuysWhat() public {
        Terms memory terms = withRule(address(new ArgumentsRule(releaseId, BUYER, CLINIC, NORTH)));
        LicenseMarket.Order memory order_ = order();
        order_.quantity = 2;
        equal(market.priceOf(terms, order_, CLINIC, NORTH), 2 * 10_000);
        equal(market.priceOf(terms, order_, CLINIC, 0), 2 * 10_000);
        equal(market.priceOf(terms, order_, HOSPITALS, NORTH), 2 * 125_000);
        order_.licensee = CAROL;
        equal(market.priceOf(terms, order_, CLINIC, NORTH), 2 * 12_500);
        order_ = order();
        order_.releaseId = "other";
        equal(market.priceOf(terms, order_, CLINIC, NORTH), 12_500);
    }

    function test_whatItSaysIsPaid() public {
        Terms memory terms = withRule(answering(abi.encode(1_700_001)));
        publish(terms);
        buy(terms);
        credited(ALICE, ETHER, 1_700_001);
    }

    function testFuzz_staysWithinTheBounds(uint256 answer, uint128 price) public {
        Terms memory terms = withRule(answering(abi.encode(answer)));
        terms.price = price;
        terms.minPriceBps = 2_501;
        terms.maxPriceBps = 30_007;
        uint256 least = uint256(price) * 2_501 / 10_000;
        uint256 most = uint256(price) * 30_007 / 10_000;
        uint256 expected = answer < least ? least : answer > most ? most : answer;
        equal(market.priceOf(terms, order(), 0, 0), expected);
    }

    function test_aFreeClassStaysFree() public {
        equal(market.priceOf(withRule(answering(abi.encode(7))), order(), ACADEMIC, 0), 0);
    }

    function test_nonsenseMovesNothing() public {
        unmoved(address(new RevertingRule()));
        unmoved(address(new EndlessRule()));
        unmoved(address(0xDEAD));
        unmoved(answering(""));
        unmoved(answering(abi.encodePacked(uint248(1))));
        unmoved(answering(abi.encode(1_100_000, 1)));
        unmoved(answering(new bytes(20_000)));
    }

    /// What the rule gets is 100,000 gas or a clear refusal, whatever the buyer sends.
    function test_aBuyerCantStarveIt() public {
        Terms memory terms = withRule(address(new CostlyRule()));
        uint256 refused = 0;
        for (uint256 gas_ = 40_000; gas_ < 240_000; gas_ += 1_000) {
            try market.priceOf{gas: gas_}(terms, order(), 0, 0) returns (uint256 price) {
                equal(price, 2_000_000);
            } catch (bytes memory reason) {
                ++refused;
                if (reason.length == 0) continue;
                equal(bytes32(bytes4(reason)), LicenseMarket.NotEnoughGasForPriceRule.selector);
            }
        }
        require(refused > 60 && refused < 140, "expected both answers and refusals");
    }

    function unmoved(address rule) private view {
        equal(market.priceOf(withRule(rule), order(), 0, 0), 1_000_000);
    }

    function answering(bytes memory answer) private returns (address) {
        return address(new BytesRule(answer));
    }

    function withRule(address rule) private view returns (Terms memory terms) {
        terms = classTerms();
        terms.priceRule = rule;
        terms.minPriceBps = 5_000;
        terms.maxPriceBps = 20_000;
    }
}
