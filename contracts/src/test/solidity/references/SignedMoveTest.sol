// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {ModelReferences} from "../../../main/solidity/ModelReferences.sol";
import {ModelRegistry} from "../../../main/solidity/ModelRegistry.sol";
import {vm} from "../Vm.sol";
import {SealedReleasesTest} from "./SealedReleasesTest.sol";
import {SignedMoves} from "./SignedMoves.sol";

/// Accepts what one key signs, whatever it signs it for.
contract Wallet is IERC1271 {
    address private immutable key;

    constructor(address key_) {
        key = key_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature)
        external
        view
        returns (bytes4)
    {
        (bytes32 r, bytes32 s, uint8 v) = abi.decode(signature, (bytes32, bytes32, uint8));
        require(v != 0, "wallet out of order");
        return ecrecover(hash, v, r, s) == key ? this.isValidSignature.selector : bytes4(0);
    }
}

contract SignedMoveTest is SealedReleasesTest {
    using SignedMoves for ModelReferences.BranchMove;

    uint256 private constant HALF_ORDER =
        0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    uint256 private constant ORDER =
        0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    ModelReferences private references;

    function setUp() public override {
        super.setUp();
        references = new ModelReferences(registry);
    }

    function test_anybodySubmitsWhatAPublisherSigned() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        bytes memory signature = move.signedWith(BOB_KEY, references);
        vm.expectEmit(address(references));
        emit ModelReferences.BranchMoved(modelId, keccak256("main"), "main", 0, first, BOB);
        vm.prank(DAVE);
        references.moveBranchSigned(move, signature);
        equal(references.branch(modelId, "main"), first);
        equal(references.moves(modelId, "main"), 1);

        submit(bobsMove(first, second, 1), BOB_KEY);
        equal(references.branch(modelId, "main"), second);
        equal(references.moves(modelId, "main"), 2);
    }

    /// The digest that wallets sign, as forge's own EIP-712 makes it from JSON.
    function test_theDigestIsThatOfTheTypedData() public view {
        ModelReferences.BranchMove memory move = bobsMove(first, second, 3);
        string memory types = string.concat(
            '{"types":{"EIP712Domain":[{"name":"name","type":"string"},',
            '{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},',
            '{"name":"verifyingContract","type":"address"}],"BranchMove":[',
            '{"name":"by","type":"address"},{"name":"modelId","type":"uint256"},',
            '{"name":"name","type":"string"},{"name":"from","type":"bytes32"},',
            '{"name":"to","type":"bytes32"},{"name":"moves","type":"uint256"},',
            '{"name":"deadline","type":"uint256"}]},"primaryType":"BranchMove",'
        );
        string memory domain = string.concat(
            '"domain":{"name":"Luntra references","version":"1","chainId":',
            Strings.toString(block.chainid),
            ',"verifyingContract":"',
            Strings.toHexString(address(references)),
            '"},'
        );
        string memory message = string.concat(
            '"message":{"by":"',
            Strings.toHexString(BOB),
            '","modelId":"',
            hexOf(bytes32(modelId)),
            '","name":"main","from":"',
            hexOf(first),
            '","to":"',
            hexOf(second),
            '","moves":3,"deadline":1000000}}'
        );
        equal(
            move.digest(references), vm.eip712HashTypedData(string.concat(types, domain, message))
        );
    }

    function test_saysItsDomain() public view {
        (, string memory name, string memory version, uint256 chainId, address place,,) =
            references.eip712Domain();
        equal(keccak256(bytes(name)), keccak256("Luntra references"));
        equal(keccak256(bytes(version)), keccak256("1"));
        equal(chainId, block.chainid);
        equal(place, address(references));
    }

    function test_refusesASecondSubmission() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        submit(move, BOB_KEY);
        refuse(move, move.signedWith(BOB_KEY, references), movesMismatch(1, 0));
    }

    function test_refusesAReplayAfterTheBranchReturned() public {
        moveBranch(BOB, 0, first);
        ModelReferences.BranchMove memory move = bobsMove(first, second, 1);
        submit(move, BOB_KEY);
        moveBranch(BOB, second, first);
        refuse(move, move.signedWith(BOB_KEY, references), movesMismatch(3, 1));

        bytes memory old = move.signedWith(BOB_KEY, references);
        move.moves = 3;
        refuse(move, old, invalidSignature(move));
    }

    function test_refusesAReplayAfterTheBranchWasDeleted() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        submit(move, BOB_KEY);
        moveBranch(CAROL, first, 0);
        refuse(move, move.signedWith(BOB_KEY, references), movesMismatch(2, 0));
    }

    function test_aMoveInPlaceVoidsWhatWasSigned() public {
        moveBranch(BOB, 0, first);
        ModelReferences.BranchMove memory move = bobsMove(first, second, 1);
        moveBranch(BOB, first, first);
        refuse(move, move.signedWith(BOB_KEY, references), movesMismatch(2, 1));
    }

    function test_refusesMovesThatWereNotMadeYet() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 1);
        refuse(move, move.signedWith(BOB_KEY, references), movesMismatch(0, 1));
    }

    function test_refusesAnotherChain() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        bytes memory signature = move.signedWith(BOB_KEY, references);
        uint256 here = block.chainid;
        vm.chainId(here + 1);
        refuse(move, signature, invalidSignature(move));
        vm.chainId(here);
        references.moveBranchSigned(move, signature);
    }

    function test_refusesAnotherContract() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        bytes memory signature = move.signedWith(BOB_KEY, new ModelReferences(registry));
        refuse(move, signature, invalidSignature(move));
    }

    /// Bob may publish both models: the role alone would let it through.
    function test_refusesAnotherModel() public {
        vm.prank(DAVE);
        registry.setCollaborator(davesModelId, BOB, ModelRegistry.Role.PUBLISHER);
        ModelReferences.BranchMove memory move = bobsMove(0, daves, 0);
        bytes memory signature = move.signedWith(BOB_KEY, references);
        move.modelId = davesModelId;
        refuse(move, signature, invalidSignature(move));
        submit(move, BOB_KEY);
        equal(references.branch(davesModelId, "main"), daves);
    }

    function test_refusesOtherContentThanWasSigned() public {
        bytes memory signature = bobsMove(0, first, 0).signedWith(BOB_KEY, references);
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        move.name = "next";
        refuse(move, signature, invalidSignature(move));
        move = bobsMove(second, first, 0);
        refuse(move, signature, invalidSignature(move));
        move = bobsMove(0, second, 0);
        refuse(move, signature, invalidSignature(move));
        move = bobsMove(0, first, 0);
        move.deadline = NOW + 1;
        refuse(move, signature, invalidSignature(move));
        move = bobsMove(0, first, 0);
        move.by = ALICE;
        refuse(move, signature, invalidSignature(move));
        references.moveBranchSigned(bobsMove(0, first, 0), signature);
    }

    function test_holdsUntilTheDeadline() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        vm.warp(NOW + 1);
        bytes memory reason =
            abi.encodeWithSelector(ModelReferences.DeadlinePassed.selector, NOW, NOW + 1);
        refuse(move, move.signedWith(BOB_KEY, references), reason);
        vm.warp(NOW);
        submit(move, BOB_KEY);
    }

    function test_refusesASignerWhoLostTheRole() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        bytes memory signature = move.signedWith(BOB_KEY, references);
        setRole(ALICE, BOB, ModelRegistry.Role.NONE);
        bytes memory reason =
            notAllowed(modelId, BOB, ModelRegistry.Role.PUBLISHER, ModelRegistry.Role.NONE);
        refuse(move, signature, reason);
        setRole(ALICE, BOB, ModelRegistry.Role.PUBLISHER);
        transferTo(DAVE);
        refuse(move, signature, reason);
    }

    function test_refusesTheOwnerBefore() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        move.by = ALICE;
        bytes memory signature = move.signedWith(ALICE_KEY, references);
        transferTo(DAVE);
        refuse(
            move,
            signature,
            notAllowed(modelId, ALICE, ModelRegistry.Role.PUBLISHER, ModelRegistry.Role.NONE)
        );
    }

    function testFuzz_refusesStrangers(uint256 key) public {
        key = key % (ORDER - 1) + 1;
        address stranger = vm.addr(key);
        vm.assume(stranger != ALICE && stranger != BOB);
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        refuse(move, move.signedWith(key, references), invalidSignature(move));
        move.by = stranger;
        refuse(
            move,
            move.signedWith(key, references),
            notAllowed(modelId, stranger, ModelRegistry.Role.PUBLISHER, ModelRegistry.Role.NONE)
        );
    }

    function test_leavesDeletingToMaintainers() public {
        moveBranch(BOB, 0, first);
        ModelReferences.BranchMove memory move = bobsMove(first, 0, 1);
        refuse(
            move,
            move.signedWith(BOB_KEY, references),
            notAllowed(modelId, BOB, ModelRegistry.Role.MAINTAINER, ModelRegistry.Role.PUBLISHER)
        );
        move.by = ALICE;
        submit(move, ALICE_KEY);
        equal(references.branch(modelId, "main"), bytes32(0));
    }

    function test_checksWhatWasSignedAsAMoveByTheCaller() public {
        moveBranch(BOB, 0, first);
        ModelReferences.BranchMove memory move = bobsMove(second, first, 1);
        refuse(
            move,
            move.signedWith(BOB_KEY, references),
            abi.encodeWithSelector(ModelReferences.HeadMismatch.selector, first, second)
        );
        move = bobsMove(first, unsealed, 1);
        refuse(move, move.signedWith(BOB_KEY, references), notSealed(unsealed));
        move = bobsMove(first, daves, 1);
        refuse(
            move,
            move.signedWith(BOB_KEY, references),
            abi.encodeWithSelector(
                ModelReferences.ReleaseOfAnotherModel.selector, daves, modelId, davesModelId
            )
        );
        move = bobsMove(0, first, 0);
        move.name = "Main";
        refuse(
            move,
            move.signedWith(BOB_KEY, references),
            abi.encodeWithSelector(ModelRegistry.InvalidName.selector, "Main")
        );
    }

    function test_refusesOtherFormsOfASignature() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BOB_KEY, move.digest(references));
        require(uint256(s) <= HALF_ORDER, "forge signs with the lower s");
        bytes32 other = bytes32(ORDER - uint256(s));
        refuse(move, abi.encodePacked(r, other, v == 27 ? 28 : 27), invalidSignature(move));
        refuse(move, abi.encodePacked(r, s), invalidSignature(move));
        refuse(move, abi.encodePacked(r, s, v, v), invalidSignature(move));
        refuse(move, "", invalidSignature(move));
    }

    /// ecrecover answers zero to a wrong signature.
    function test_theZeroAddressSignsNothing() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        move.by = address(0);
        refuse(move, new bytes(65), invalidSignature(move));
    }

    function test_takesWhatAWalletAccepts() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        move.by = walletWithRole();
        bytes memory signature = walletSignature(move, BOB_KEY);
        vm.prank(DAVE);
        references.moveBranchSigned(move, signature);
        equal(references.branch(modelId, "main"), first);
    }

    function test_refusesWhatAWalletDoesNotAccept() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        move.by = walletWithRole();
        refuse(move, walletSignature(move, ALICE_KEY), invalidSignature(move));
        refuse(move, abi.encode(0, 0, 0), invalidSignature(move));
        move.by = address(registry);
        refuse(move, walletSignature(move, BOB_KEY), invalidSignature(move));
    }

    /// Both wallets obey Bob's key: what it signed for one must not count as the other's.
    function test_refusesASignatureForAnotherWalletOfTheSameKey() public {
        ModelReferences.BranchMove memory move = bobsMove(0, first, 0);
        move.by = walletWithRole();
        bytes memory signature = walletSignature(move, BOB_KEY);
        move.by = walletWithRole();
        refuse(move, signature, invalidSignature(move));
    }

    function walletWithRole() private returns (address wallet) {
        wallet = address(new Wallet(BOB));
        setRole(ALICE, wallet, ModelRegistry.Role.PUBLISHER);
    }

    function walletSignature(ModelReferences.BranchMove memory move, uint256 key)
        private
        view
        returns (bytes memory)
    {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, move.digest(references));
        return abi.encode(r, s, v);
    }

    function bobsMove(bytes32 from, bytes32 to, uint256 moves)
        private
        view
        returns (ModelReferences.BranchMove memory)
    {
        return ModelReferences.BranchMove(BOB, modelId, "main", from, to, moves, NOW);
    }

    function moveBranch(address caller, bytes32 from, bytes32 to) private {
        vm.prank(caller);
        references.moveBranch(modelId, "main", from, to);
    }

    function submit(ModelReferences.BranchMove memory move, uint256 key) private {
        references.moveBranchSigned(move, move.signedWith(key, references));
    }

    function refuse(
        ModelReferences.BranchMove memory move,
        bytes memory signature,
        bytes memory reason
    ) private {
        vm.expectRevert(reason);
        references.moveBranchSigned(move, signature);
    }

    function movesMismatch(uint256 expected, uint256 found) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ModelReferences.MovesMismatch.selector, expected, found);
    }

    function invalidSignature(ModelReferences.BranchMove memory move)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ModelReferences.InvalidSignature.selector, move.by, move.digest(references)
        );
    }

    function hexOf(bytes32 value) private pure returns (string memory) {
        return Strings.toHexString(uint256(value), 32);
    }
}
