package io.luntra.jobs.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.luntra.blob.Bytes32;
import io.luntra.ethereum.deployment.ContractAddresses;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.prove.ChainCheck;
import io.luntra.jobs.verify.TensorFile;
import io.luntra.kzg.Kzg;
import io.luntra.manifest.TensorEntry;
import io.luntra.proof.ProofDocument;
import io.luntra.proof.ProofVerifier;
import io.luntra.proof.Proven;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A proof document, and what it is held against. */
final class ProofOptions {
  @Option(
      names = "--proof",
      paramLabel = "FILE",
      required = true,
      description = "Proof document, instead of NAME@VERSION and PATH.")
  private Path proof;

  @Option(
      names = "--tensor-file",
      paramLabel = "FILE",
      description =
          "File that must hold the values of the proven tensor: alone, or as the model file has"
              + " them.")
  private Path tensorFile;

  @Option(
      names = "--proofs",
      paramLabel = "ADDRESS",
      arity = "0..1",
      fallbackValue = "",
      description =
          "Let the contract BlobProofs check the proof, too, by calls that send nothing. Default"
              + " address: the one that this build deploys beside the registry.")
  private String contract;

  /**
   * What --json gives.
   *
   * @param sealed whether the registry has the release with this Merkle root; null where no chain
   *     was asked
   * @param contract that found the proof right, too; null where none was asked
   * @param tensorFile that holds the tensor's values; null where none was given
   * @param difference of a file that does not
   */
  record Result(
      boolean ok,
      String file,
      ProofReport proof,
      Boolean sealed,
      String contract,
      String tensorFile,
      String difference) {
    @JsonIgnore
    String text() {
      StringBuilder text = new StringBuilder("%s proves%n%s".formatted(file, proof.text()));
      if (sealed == null) {
        text.append(
            "Not checked: that the release was sealed with this root, on chain %d in registry %s;%n%s%n"
                .formatted(
                    proof.chainId(),
                    proof.registry(),
                    "hold it against luntra show, or give --rpc and --registry"));
      } else {
        text.append(
            "Registry %s of chain %d has the release with this root%n"
                .formatted(proof.registry(), proof.chainId()));
      }
      if (contract != null) {
        text.append("The contract at %s finds the same proven%n".formatted(contract));
      }
      if (tensorFile != null) {
        text.append(
            difference == null
                ? "%s holds the tensor's values%n".formatted(tensorFile)
                : "%s does NOT hold the tensor's values: %s%n".formatted(tensorFile, difference));
      }
      return text.toString();
    }
  }

  /**
   * Checks all that is asked for.
   *
   * @throws VerificationException when the document does not prove its claim, or is about another
   *     release than the chain has
   */
  Result verify(ChainOptions chain, CreatorOption creator) throws IOException {
    ProofDocument document = ProofDocument.fromJson(read());
    Optional<URI> rpc = chain.optionalRpc();
    if (contract != null || rpc.isPresent()) {
      chain.rpc();
      chain.registry();
    }
    requireSame("--creator", creator.address(), document.creator());
    requireSame("--registry", chain.optionalRegistry(), document.registry());
    Proven proven = ProofVerifier.verify(Kzg.load(), document);
    Optional<String> difference = difference(proven);
    String accepting = null;
    if (rpc.isPresent()) {
      ChainCheck check = new ChainCheck(rpc.get(), chain.registry());
      check.requireSealed(document);
      if (contract != null) {
        accepting = contractAddress(chain.registry());
        check.requireAccepted(document, accepting);
      }
    }
    return new Result(
        difference.isEmpty(),
        proof.toString(),
        ProofReport.of(document, proven),
        rpc.isPresent() ? true : null,
        accepting,
        tensorFile == null ? null : tensorFile.toString(),
        difference.orElse(null));
  }

  private byte[] read() throws IOException {
    if (!Files.isRegularFile(proof)) {
      throw new InvalidInputException(proof + " is no file");
    }
    try (InputStream in = Files.newInputStream(proof)) {
      return in.readNBytes(ProofDocument.MAX_BYTES + 1);
    }
  }

  private String contractAddress(String registry) {
    return contract.isEmpty()
        ? ContractAddresses.beside(registry).proofs()
        : CreatorOption.address("--proofs", contract).orElseThrow();
  }

  private static void requireSame(String option, Optional<String> expected, String found) {
    if (expected.isPresent() && !expected.get().equals(found)) {
      throw new VerificationException(
          "%s: expected %s, the proof is about %s".formatted(option, expected.get(), found));
    }
  }

  private Optional<String> difference(Proven proven) throws IOException {
    if (tensorFile == null) {
      return Optional.empty();
    }
    TensorEntry tensor =
        proven
            .tensor()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "--tensor-file: %s proves no tensor".formatted(proof)));
    Bytes32 found = TensorFile.sha256(tensor, tensorFile);
    return found.equals(tensor.sha256())
        ? Optional.empty()
        : Optional.of(
            "SHA-256 is %s, expected %s"
                .formatted(ProofReport.digits(found), ProofReport.digits(tensor.sha256())));
  }
}
