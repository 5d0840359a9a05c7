package io.luntra.jobs.cli;

import io.luntra.ethereum.deployment.ContractAddresses;
import io.luntra.ethereum.model.Model;
import io.luntra.ethereum.model.ModelReader;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.reference.BranchMove;
import io.luntra.ethereum.reference.ReferenceCalls;
import io.luntra.ethereum.reference.ReferenceReader;
import io.luntra.failure.InvalidInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "tag",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the tags of a model, or sets one: a name for one release, for good.",
      "  luntra tag NAME                  lists them",
      "  luntra tag NAME TAG VERSION      sets one; nobody can move or delete it afterwards"
    })
final class TagCommand extends CallCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The model.")
  private String name;

  @Parameters(index = "1", arity = "0..1", paramLabel = "TAG", description = "The tag.")
  private String tag;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "VERSION",
      description = "What it names: a version, or NAME@VERSION.")
  private String version;

  @Mixin private CreatorOption creator;

  @Override
  public Integer call() throws InterruptedException {
    if ((tag == null) != (version == null)) {
      throw new InvalidInputException("Give NAME to list tags, or NAME TAG VERSION to set one");
    }
    if (tag != null) {
      BranchMove.checkedName(tag);
    }
    Node node = node();
    String references = ContractAddresses.beside(chain().registry()).references();
    ReferenceReader reader = ReferenceReader.of(node, references);
    Model model = ModelReader.of(node, chain().registry()).find(name, creator.address());
    if (tag == null) {
      ReferenceList list = ReferenceList.of(model, reader.tags(model));
      give(list, list.text("tags"));
      return 0;
    }
    return send(
        node,
        new ReferenceCalls(references).setTag(model, tag, ReferenceList.release(model, version)));
  }
}
