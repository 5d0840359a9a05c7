// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {Payee, Terms} from "../../../main/solidity/LicenseTerms.sol";
import {vm} from "../Vm.sol";
import {MarketTest} from "./MarketTest.sol";

/// Gas beyond a transaction's 21,000, call data included, of purchases with five payees, three
/// classes and three regions. What is set up was another transaction's: its slots are cold.
contract PurchaseGasTest is MarketTest {
    event GasUsed(uint256 gas);

    bytes private plain;
    bytes private vouched;

    function setUp() public virtual override {
        super.setUp();
        Terms memory terms = fivePayees();
        publish(terms);
        plain = abi.encodeCall(market.buy, (terms, order(), noVoucher(), ""));
        LicenseMarket.Voucher memory clinic = voucher(CLINIC, NORTH);
        bytes memory signature = signed(order(), clinic);
        vouched = abi.encodeCall(market.buy, (terms, order(), clinic, signature));
    }

    function test_theFirstCostsAtMost300000() public {
        measure(plain, 1_000_000, 300_000);
    }

    function test_theFirstWithAVoucherCostsAtMost300000() public {
        measure(vouched, 12_500, 300_000);
    }

    function measure(bytes memory call, uint256 value, uint256 limit) internal {
        uint256 callData = 0;
        for (uint256 i = 0; i < call.length; ++i) {
            callData += call[i] == 0 ? 4 : 16;
        }
        vm.prank(BUYER);
        (bool success,) = address(market).call{value: value}(call);
        uint256 used = vm.lastCallGas().gasTotalUsed + callData;
        require(success, "the purchase failed");
        emit GasUsed(used);
        require(used <= limit, "a purchase costs too much");
    }

    function fivePayees() internal view returns (Terms memory terms) {
        terms = classTerms();
        terms.payees = new Payee[](5);
        for (uint160 i = 0; i < 5; ++i) {
            terms.payees[i] = Payee(address(uint160(uint256(keccak256(abi.encode(i))))), 2_000);
        }
    }

    function plainPurchase() internal view returns (bytes memory) {
        return plain;
    }
}

contract LaterPurchaseGasTest is PurchaseGasTest {
    function setUp() public override {
        super.setUp();
        LicenseMarket.Order memory order_ = orderBy(CAROL);
        vm.prank(BUYER);
        market.buy{value: 1_000_000}(fivePayees(), order_, noVoucher(), "");
    }

    function test_aLaterOneCostsAtMost200000() public {
        measure(plainPurchase(), 1_000_000, 200_000);
    }
}
