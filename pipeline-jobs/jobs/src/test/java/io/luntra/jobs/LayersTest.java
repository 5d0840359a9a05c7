package io.luntra.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between layers and modules. */
@AnalyzeClasses(packages = "io.luntra", importOptions = DoNotIncludeTests.class)
class LayersTest {
  private static final String[] DOMAIN = {
    "io.luntra.blob..",
    "io.luntra.failure..",
    "io.luntra.kzg..",
    "io.luntra.manifest..",
    "io.luntra.merkle..",
    "io.luntra.release..",
    "io.luntra.tensor.."
  };
  private static final String[] RPC = {"org.web3j..", "okhttp3..", "java.net.http.."};

  @ArchTest
  static final ArchRule layersPointOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("contracts")
          .definedBy("io.luntra.contracts..")
          .layer("domain")
          .definedBy(DOMAIN)
          .layer("connectors")
          .definedBy("io.luntra.ethereum..", "io.luntra.modelfiles..", "io.luntra.devnet..")
          .layer("pipeline-jobs")
          .definedBy("io.luntra.codec..", "io.luntra.quality..", "io.luntra.jobs..")
          .whereLayer("pipeline-jobs")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("connectors")
          .mayOnlyBeAccessedByLayers("pipeline-jobs")
          .whereLayer("contracts")
          .mayOnlyBeAccessedByLayers("connectors");

  @ArchTest
  static final ArchRule domainKnowsNoFlinkAndNoNetwork =
      noClasses()
          .that()
          .resideInAnyPackage(DOMAIN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..", "org.web3j..", "okhttp3..", "java.net..");

  @ArchTest
  static final ArchRule codecKnowsNoFlinkAndNoNetwork =
      noClasses()
          .that()
          .resideInAPackage("io.luntra.codec..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..", "org.web3j..", "java.net..", "java.nio.file..");

  @ArchTest
  static final ArchRule jobsTouchNoRpcClient =
      noClasses()
          .that()
          .resideInAPackage("io.luntra.jobs..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(RPC);

  @ArchTest
  static final ArchRule onlyTheSinkSeesACommitter =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.luntra.ethereum.sink..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.flink.api.connector.sink2.Committer");

  @ArchTest
  static final ArchRule packagesAreNamedByDomain =
      classes()
          .should()
          .resideOutsideOfPackages("..util..", "..utils..", "..common..", "..impl..", "..helper..");
}
