// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Attestations} from "../../../main/solidity/Attestations.sol";
import {ModelRegistry} from "../../../main/solidity/ModelRegistry.sol";
import {vm} from "../Vm.sol";
import {SealedReleasesTest} from "./SealedReleasesTest.sol";

contract IdentityTest is SealedReleasesTest {
    Attestations.IdentityKind private constant DOMAIN = Attestations.IdentityKind.DOMAIN;
    Attestations.IdentityKind private constant ENS = Attestations.IdentityKind.ENS;
    Attestations.IdentityKind private constant INSTITUTION = Attestations.IdentityKind.INSTITUTION;
    bytes32 private constant STATEMENT = keccak256("statement");
    string private constant NAME = "example.org";
    uint64 private constant LATER = uint64(NOW) + 1000;

    Attestations private attestations;

    function setUp() public override {
        super.setUp();
        attestations = new Attestations(registry);
    }

    function testFuzz_anybodyAttestsAnybodyElse(address attester, address account, uint8 kind_)
        public
    {
        vm.assume(attester != account);
        Attestations.IdentityKind kind = Attestations.IdentityKind(kind_ % 3);
        stands(attester, account, kind, NAME, false);
        vm.expectEmit(address(attestations));
        emit Attestations.IdentityAttested(
            attester, account, keccak256(bytes(NAME)), kind, NAME, STATEMENT, LATER
        );
        vm.prank(attester);
        attestations.attestIdentity(account, kind, NAME, STATEMENT, LATER);
        stands(attester, account, kind, NAME, true);
    }

    function test_holdsForOneAttesterAccountKindAndName() public {
        attest(DAVE, ALICE, LATER);
        stands(CAROL, ALICE, DOMAIN, NAME, false);
        stands(DAVE, BOB, DOMAIN, NAME, false);
        stands(ALICE, DAVE, DOMAIN, NAME, false);
        stands(DAVE, ALICE, ENS, NAME, false);
        stands(DAVE, ALICE, INSTITUTION, NAME, false);
        stands(DAVE, ALICE, DOMAIN, "example.com", false);
        stands(DAVE, ALICE, DOMAIN, NAME, true);
    }

    function test_expires() public {
        attest(DAVE, ALICE, LATER);
        vm.warp(LATER);
        stands(DAVE, ALICE, DOMAIN, NAME, true);
        vm.warp(LATER + 1);
        stands(DAVE, ALICE, DOMAIN, NAME, false);
    }

    function test_refusesWhatExpiredAlready() public {
        vm.expectRevert(abi.encodeWithSelector(Attestations.AlreadyExpired.selector, NOW - 1, NOW));
        vm.prank(DAVE);
        attestations.attestIdentity(ALICE, DOMAIN, NAME, STATEMENT, uint64(NOW) - 1);
        attest(DAVE, ALICE, uint64(NOW));
        stands(DAVE, ALICE, DOMAIN, NAME, true);
    }

    function test_theLastAttestationCounts() public {
        attest(DAVE, ALICE, LATER);
        attest(DAVE, ALICE, LATER + 10);
        vm.warp(LATER + 10);
        stands(DAVE, ALICE, DOMAIN, NAME, true);
        vm.warp(NOW);
        attest(DAVE, ALICE, LATER);
        vm.warp(LATER + 1);
        stands(DAVE, ALICE, DOMAIN, NAME, false);
    }

    function test_revokes() public {
        attest(DAVE, ALICE, LATER);
        vm.expectEmit(address(attestations));
        emit Attestations.IdentityRevoked(
            DAVE, ALICE, keccak256(bytes(NAME)), DOMAIN, NAME, "domain was sold"
        );
        vm.prank(DAVE);
        attestations.revokeIdentity(ALICE, DOMAIN, NAME, "domain was sold");
        stands(DAVE, ALICE, DOMAIN, NAME, false);
        refuseRevocation(DAVE, ALICE, Attestations.IdentityAlreadyRevoked.selector);
        attest(DAVE, ALICE, LATER);
        stands(DAVE, ALICE, DOMAIN, NAME, true);
    }

    function test_revokesWhatExpired() public {
        attest(DAVE, ALICE, LATER);
        vm.warp(LATER + 1);
        vm.prank(DAVE);
        attestations.revokeIdentity(ALICE, DOMAIN, NAME, "");
        vm.warp(LATER);
        stands(DAVE, ALICE, DOMAIN, NAME, false);
    }

    function testFuzz_nobodyElseRevokes(address stranger) public {
        vm.assume(stranger != DAVE);
        attest(DAVE, ALICE, LATER);
        refuseRevocation(stranger, ALICE, Attestations.IdentityNotAttested.selector);
        refuseRevocation(DAVE, BOB, Attestations.IdentityNotAttested.selector);
        stands(DAVE, ALICE, DOMAIN, NAME, true);
    }

    function testFuzz_nobodyAttestsItself(address account) public {
        vm.expectRevert(abi.encodeWithSelector(Attestations.OwnIdentity.selector, account));
        vm.prank(account);
        attestations.attestIdentity(account, DOMAIN, NAME, STATEMENT, LATER);
    }

    function testFuzz_aClaimProvesNothing(address account, bytes32 statement) public {
        vm.expectEmit(address(attestations));
        emit Attestations.IdentityClaimed(account, keccak256(bytes(NAME)), DOMAIN, NAME, statement);
        vm.prank(account);
        attestations.claimIdentity(DOMAIN, NAME, statement);
        stands(account, account, DOMAIN, NAME, false);
    }

    function test_withdrawsAClaim() public {
        vm.expectEmit(address(attestations));
        emit Attestations.IdentityClaimWithdrawn(
            ALICE, keccak256(bytes(NAME)), DOMAIN, NAME, "domain was sold"
        );
        vm.prank(ALICE);
        attestations.withdrawIdentityClaim(DOMAIN, NAME, "domain was sold");
    }

    function test_boundsReasons() public {
        attest(DAVE, ALICE, LATER);
        string memory longest = repeated("r", 256);
        string memory longer = repeated("r", 257);
        bytes memory tooLong = abi.encodeWithSelector(ModelRegistry.ReasonTooLong.selector, 257);
        vm.expectRevert(tooLong);
        vm.prank(DAVE);
        attestations.revokeIdentity(ALICE, DOMAIN, NAME, longer);
        vm.expectRevert(tooLong);
        attestations.withdrawIdentityClaim(DOMAIN, NAME, longer);
        vm.prank(DAVE);
        attestations.revokeIdentity(ALICE, DOMAIN, NAME, longest);
        attestations.withdrawIdentityClaim(DOMAIN, NAME, longest);
    }

    function test_checksNames() public {
        for (uint8 i = 0; i < 2; ++i) {
            Attestations.IdentityKind kind = Attestations.IdentityKind(i);
            tryName(kind, "", false);
            tryName(kind, "alice.eth", true);
            tryName(kind, "Alice.eth", false);
            tryName(kind, "alice.eth.", false);
            tryName(kind, "-alice.eth", false);
            tryName(kind, "alice_b.eth", false);
            tryName(kind, "alice..eth", false);
            tryName(kind, repeated("n", 253), true);
            tryName(kind, repeated("n", 254), false);
        }
        tryName(INSTITUTION, "", false);
        tryName(INSTITUTION, "Example University, Dept. of CS", true);
        tryName(INSTITUTION, unicode"Universität", false);
        tryName(INSTITUTION, "two\nlines", false);
        tryName(INSTITUTION, repeated("N", 128), true);
        tryName(INSTITUTION, repeated("N", 129), false);
    }

    function test_takesEveryByteThatADomainMayHoldAndNoOther() public {
        for (uint256 i = 0; i < 256; ++i) {
            bytes1 c = bytes1(uint8(i));
            bool valid = (c >= "a" && c <= "z") || (c >= "0" && c <= "9");
            tryClaim(DOMAIN, string(abi.encodePacked("a", c)), valid);
            valid = valid || c == "." || c == "-";
            tryClaim(DOMAIN, string(abi.encodePacked("a", c, "z")), valid);
            tryClaim(ENS, string(abi.encodePacked("a", c, "z")), valid);
            tryClaim(INSTITUTION, string(abi.encodePacked(c)), i >= 32 && i <= 126);
        }
    }

    function tryName(Attestations.IdentityKind kind, string memory name, bool valid) private {
        tryClaim(kind, name, valid);
        if (!valid) vm.expectRevert(invalidName(kind, name));
        attestations.withdrawIdentityClaim(kind, name, "");
        if (!valid) vm.expectRevert(invalidName(kind, name));
        attestations.attestIdentity(ALICE, kind, name, STATEMENT, LATER);
        stands(address(this), ALICE, kind, name, valid);
    }

    function tryClaim(Attestations.IdentityKind kind, string memory name, bool valid) private {
        if (!valid) vm.expectRevert(invalidName(kind, name));
        attestations.claimIdentity(kind, name, STATEMENT);
    }

    function attest(address attester, address account, uint64 validUntil) private {
        vm.prank(attester);
        attestations.attestIdentity(account, DOMAIN, NAME, STATEMENT, validUntil);
    }

    function stands(
        address attester,
        address account,
        Attestations.IdentityKind kind,
        string memory name,
        bool expected
    ) private view {
        bool found = attestations.isAttested(attester, account, kind, keccak256(bytes(name)));
        require(found == expected, "attested, or not");
    }

    function refuseRevocation(address caller, address account, bytes4 selector) private {
        vm.expectRevert(
            abi.encodeWithSelector(selector, caller, account, DOMAIN, keccak256(bytes(NAME)))
        );
        vm.prank(caller);
        attestations.revokeIdentity(account, DOMAIN, NAME, "");
    }

    function invalidName(Attestations.IdentityKind kind, string memory name)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(Attestations.InvalidIdentityName.selector, kind, name);
    }
}
