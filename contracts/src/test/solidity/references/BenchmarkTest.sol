// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Attestations} from "../../../main/solidity/Attestations.sol";
import {ModelRegistry} from "../../../main/solidity/ModelRegistry.sol";
import {vm} from "../Vm.sol";
import {SealedReleasesTest} from "./SealedReleasesTest.sol";

contract BenchmarkTest is SealedReleasesTest {
    bytes32 private constant REPORT = keccak256("report");

    Attestations private attestations;

    function setUp() public override {
        super.setUp();
        attestations = new Attestations(registry);
    }

    function test_knowsItsRegistryAndItsBlock() public view {
        equal(address(attestations.registry()), address(registry));
        equal(attestations.deploymentBlock(), 100);
    }

    function testFuzz_anybodyAttests(address evaluator, int256 value, bytes32 evidence) public {
        vm.assume(evaluator != address(0));
        bytes32 id =
            keccak256(abi.encode(evaluator, first, "MMLU (5-shot)", "accuracy", value, evidence));
        require(!attestations.isBenchmarkAttested(id), "attested by nobody yet");
        vm.expectEmit(address(attestations));
        emit Attestations.BenchmarkAttested(
            id, first, evaluator, "MMLU (5-shot)", "accuracy", value, evidence
        );
        vm.prank(evaluator);
        equal(attestations.attestBenchmark(first, "MMLU (5-shot)", "accuracy", value, evidence), id);
        require(attestations.isBenchmarkAttested(id), "attested");
    }

    function test_severalEvaluatorsAttestTheSame() public {
        bytes32 daves = attest(DAVE, first, "MMLU", "accuracy", 1, REPORT);
        bytes32 carols = attest(CAROL, first, "MMLU", "accuracy", 1, REPORT);
        require(daves != carols, "one id, two evaluators");
        vm.prank(DAVE);
        attestations.revokeBenchmark(daves, "");
        require(!attestations.isBenchmarkAttested(daves), "revoked");
        require(attestations.isBenchmarkAttested(carols), "Carol's stands");
    }

    function test_everyPartOfAResultIsOfItsId() public {
        bytes32 id = attest(DAVE, first, "MMLU", "accuracy", 1, REPORT);
        require(id != attest(DAVE, second, "MMLU", "accuracy", 1, REPORT), "release");
        require(id != attest(DAVE, first, "ARC", "accuracy", 1, REPORT), "benchmark");
        require(id != attest(DAVE, first, "MMLU", "F1", 1, REPORT), "metric");
        require(id != attest(DAVE, first, "MMLU", "accuracy", 2, REPORT), "value");
        require(id != attest(DAVE, first, "MMLU", "accuracy", -1, REPORT), "sign");
        require(id != attest(DAVE, first, "MMLU", "accuracy", 1, 0), "evidence");
        require(
            attest(DAVE, first, "ab", "c", 1, 0) != attest(DAVE, first, "a", "bc", 1, 0), "border"
        );
    }

    function test_refusesTheSameTwiceEvenWhenItWasRevoked() public {
        bytes32 id = attest(DAVE, first, "MMLU", "accuracy", 1, REPORT);
        refuseAgain(id);
        vm.prank(DAVE);
        attestations.revokeBenchmark(id, "");
        refuseAgain(id);
    }

    function testFuzz_refusesAReleaseThatIsNotSealed(bytes32 unknown) public {
        vm.assume(unknown != first && unknown != second && unknown != daves);
        vm.expectRevert(notSealed(unknown));
        attestations.attestBenchmark(unknown, "MMLU", "accuracy", 1, REPORT);
        vm.expectRevert(notSealed(unsealed));
        attestations.attestBenchmark(unsealed, "MMLU", "accuracy", 1, REPORT);
    }

    function test_checksTheNamesOfBenchmarkAndMetric() public {
        string[5] memory invalid = ["", "MML\n", unicode"MMLÜ", "\x7f", repeated("n", 97)];
        for (uint256 i = 0; i < invalid.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(Attestations.InvalidBenchmark.selector, invalid[i])
            );
            attestations.attestBenchmark(first, invalid[i], "accuracy", 1, REPORT);
            vm.expectRevert(abi.encodeWithSelector(Attestations.InvalidMetric.selector, invalid[i]));
            attestations.attestBenchmark(first, "MMLU", invalid[i], 1, REPORT);
        }
        attest(DAVE, first, repeated("~", 96), repeated(" ", 96), 1, REPORT);
    }

    function test_theEvaluatorRevokesOnce() public {
        bytes32 id = attest(DAVE, first, "MMLU", "accuracy", 1, REPORT);
        vm.expectEmit(address(attestations));
        emit Attestations.BenchmarkRevoked(id, DAVE, "data leaked into training");
        vm.prank(DAVE);
        attestations.revokeBenchmark(id, "data leaked into training");
        require(!attestations.isBenchmarkAttested(id), "revoked");
        refuseRevocation(
            DAVE, id, abi.encodeWithSelector(Attestations.BenchmarkAlreadyRevoked.selector, id)
        );
    }

    function testFuzz_nobodyElseRevokes(address stranger) public {
        vm.assume(stranger != DAVE);
        bytes32 id = attest(DAVE, first, "MMLU", "accuracy", 1, REPORT);
        refuseRevocation(
            stranger, id, abi.encodeWithSelector(Attestations.NotEvaluator.selector, DAVE, stranger)
        );
        require(attestations.isBenchmarkAttested(id), "stands");
    }

    function testFuzz_refusesToRevokeWhatNobodyAttested(bytes32 id) public {
        refuseRevocation(
            DAVE, id, abi.encodeWithSelector(Attestations.BenchmarkNotAttested.selector, id)
        );
    }

    function test_boundsTheReason() public {
        bytes32 id = attest(DAVE, first, "MMLU", "accuracy", 1, REPORT);
        vm.expectRevert(abi.encodeWithSelector(ModelRegistry.ReasonTooLong.selector, 257));
        vm.prank(DAVE);
        attestations.revokeBenchmark(id, repeated("r", 257));
        vm.prank(DAVE);
        attestations.revokeBenchmark(id, repeated("r", 256));
    }

    function attest(
        address evaluator,
        bytes32 releaseId,
        string memory benchmark,
        string memory metric,
        int256 value,
        bytes32 evidence
    ) private returns (bytes32 id) {
        vm.prank(evaluator);
        id = attestations.attestBenchmark(releaseId, benchmark, metric, value, evidence);
        equal(
            attestations.benchmarkIdOf(evaluator, releaseId, benchmark, metric, value, evidence), id
        );
    }

    function refuseAgain(bytes32 id) private {
        vm.expectRevert(abi.encodeWithSelector(Attestations.BenchmarkAlreadyAttested.selector, id));
        vm.prank(DAVE);
        attestations.attestBenchmark(first, "MMLU", "accuracy", 1, REPORT);
    }

    function refuseRevocation(address caller, bytes32 id, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(caller);
        attestations.revokeBenchmark(id, "");
    }
}
