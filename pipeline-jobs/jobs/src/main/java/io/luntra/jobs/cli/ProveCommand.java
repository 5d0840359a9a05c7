package io.luntra.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.prove.ReleaseProofs;
import io.luntra.kzg.Kzg;
import io.luntra.proof.ProofDocument;
import io.luntra.proof.ProofVerifier;
import io.luntra.proof.Proven;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "prove",
    mixinStandardHelpOptions = true,
    description = {
      "Proves that a release holds a tensor, a blob, bytes or a field element, to somebody who has"
          + " nothing but the release's Merkle root: luntra verify --proof checks it offline, and a"
          + " contract on chain.",
      "Reads the release from the chain and checks it; of the blobs, fetches only those that it"
          + " opens and the manifest's."
    })
final class ProveCommand extends JsonCommand {
  private static final Pattern BYTES = Pattern.compile("(\\d{1,9}):(\\d{1,9})-(\\d{1,9})");
  private static final Pattern ELEMENT = Pattern.compile("(\\d{1,9}):(\\d{1,9})");

  @Parameters(paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Subject subject;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "File for the proof document. Default: standard output.")
  private Path out;

  /** What is proven. */
  static final class Subject {
    @ArgGroup(exclusive = false, multiplicity = "1")
    private Tensor tensor;

    @Option(
        names = "--blob",
        paramLabel = "INDEX",
        description = "That a blob is in the release, by its index in release order.")
    private Integer blob;

    @Option(
        names = "--bytes",
        paramLabel = "BLOB:FROM-TO",
        description =
            "Payload bytes, counted from the start of a blob; TO is not one of them, and may lie in"
                + " a later blob.")
    private String bytes;

    @Option(
        names = "--element",
        paramLabel = "BLOB:INDEX",
        description = "The value of one of a blob's 4096 field elements.")
    private String element;
  }

  /** A tensor by its name. */
  static final class Tensor {
    @Option(
        names = "--tensor",
        paramLabel = "NAME",
        required = true,
        description =
            "A tensor's entry in the manifest (shape, place, SHA-256), and the data blobs that carry"
                + " it.")
    private String name;

    @Option(
        names = "--artifact",
        paramLabel = "PATH",
        description = "The file that the tensor is of, where several have one of its name.")
    private String artifact;
  }

  /** What --json gives. */
  record Result(boolean ok, String out, ProofReport proof, String document) {}

  @Override
  public Integer call() throws Exception {
    ReleaseName wanted = ReleaseName.parse(name);
    Asked asked = asked();
    ChainReleases releases = ChainReleases.connect(chain.rpc(), chain.beacon(), chain.registry());
    ChainRelease release = releases.read(wanted, creator.address());
    ProofDocument document = asked.of(new ReleaseProofs(releases, release, chain.registry()));
    Proven proven = ProofVerifier.verify(Kzg.load(), document);
    byte[] json = document.toJson();
    ProofReport report = ProofReport.of(document, proven);
    String text = new String(json, UTF_8);
    if (out == null) {
      give(new Result(true, null, report, text), text);
      return 0;
    }
    try {
      Files.write(out, json);
    } catch (IOException e) {
      throw new InvalidInputException("The proof cannot be written to %s".formatted(out), e);
    }
    give(
        new Result(true, out.toString(), report, text),
        "%s proves%n%s".formatted(out, report.text()));
    return 0;
  }

  /** What is asked for, before the chain is. */
  private interface Asked {
    ProofDocument of(ReleaseProofs proofs);
  }

  private Asked asked() {
    if (subject.tensor != null) {
      return proofs ->
          proofs.tensor(subject.tensor.name, Optional.ofNullable(subject.tensor.artifact));
    }
    if (subject.blob != null) {
      return proofs -> proofs.blob(subject.blob);
    }
    if (subject.bytes != null) {
      int[] numbers = numbers("--bytes", "BLOB:FROM-TO", BYTES, subject.bytes);
      return proofs -> proofs.bytes(numbers[0], numbers[1], numbers[2]);
    }
    int[] numbers = numbers("--element", "BLOB:INDEX", ELEMENT, subject.element);
    return proofs -> proofs.element(numbers[0], numbers[1]);
  }

  private static int[] numbers(String option, String form, Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    if (!found.matches()) {
      throw new InvalidInputException(
          "%s: expected %s, found \"%s\"".formatted(option, form, text));
    }
    int[] numbers = new int[found.groupCount()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Integer.parseInt(found.group(i + 1));
    }
    return numbers;
  }
}
