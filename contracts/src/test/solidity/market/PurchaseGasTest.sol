// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LicenseMarket} from "../../../main/solidity/LicenseMarket.sol";
import {Payee, Terms} from "../../../main/solidity/LicenseTerms.sol";
import {vm} from "../Vm.sol";
import {MarketTest} from "./MarketTest.sol";

/// Gas beyond a transaction's 21,000, call data included, of purchases with five payees, three
/// classes and three regions. What is set up was another transaction's: its slots are cold.
abstract contract PurchaseGasTest is MarketTest {
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

    function limit() internal pure virtual returns (uint256);

    function test_atTheFullPrice() public {
        measure(plain, 1_000_000);
    }

    function test_withAVoucher() public {
        measure(vouched, 12_500);
    }

    function fivePayees() internal view returns (Terms memory terms) {
        terms = classTerms();
        terms.payees = new Payee[](5);
        for (uint160 i = 0; i < 5; ++i) {
            terms.payees[i] = Payee(address(uint160(uint256(keccak256(abi.encode(i))))), 2_000);
        }
    }

    function measure(bytes memory call, uint256 value) private {
        uint256 callData = 0;
        for (uint256 i = 0; i < call.length; ++i) {
            callData += call[i] == 0 ? 4 : 16;
        }
        vm.prank(BUYER);
        (bool success,) = address(market).call{value: value}(call);
        uint256 used = vm.lastCallGas().gasTotalUsed + callData;
        require(success, "the purchase failed");
        emit GasUsed(used);
        require(used <= limit(), "a purchase costs too much");
    }
}

/// Nobody was ever paid or licensed here.
contract FirstPurchaseGasTest is PurchaseGasTest {
    function limit() internal pure override returns (uint256) {
        return 300_000;
    }
}

/// The payees have credits, and the attester signed a voucher with a nonce close by.
contract LaterPurchaseGasTest is PurchaseGasTest {
    function setUp() public override {
        super.setUp();
        LicenseMarket.Voucher memory clinic = voucher(CLINIC, NORTH);
        clinic.nonce ^= 1;
        buyWith(fivePayees(), clinic);
    }

    function limit() internal pure override returns (uint256) {
        return 200_000;
    }
}
