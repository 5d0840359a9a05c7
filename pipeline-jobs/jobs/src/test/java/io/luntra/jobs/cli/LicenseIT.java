package io.luntra.jobs.cli;

import static io.luntra.jobs.cli.MarketUser.done;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.license.SignedStatement;
import io.luntra.ethereum.license.Statement;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.node.ExecutionNodes;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.jobs.OnnxFile;
import io.luntra.jobs.license.TermsFile;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.http.HttpService;
import org.web3j.tx.RawTransactionManager;
import org.web3j.utils.Numeric;

/** Licenses sold, bought, used and paid out at the command line, and what goes wrong with them. */
@Timeout(180)
class LicenseIT {
  private static final String BASE = "license/base@1";
  private static final String CHILD = "license/child@1";
  private static final BigInteger ETHER = BigInteger.TEN.pow(18);
  private static final Path TOKEN = Path.of("../../contracts/out/Tokens.sol/Token.json");

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Devnet devnet;
  private static Node node;
  private static MarketUser seller;
  private static MarketUser partner;
  private static MarketUser attester;
  private static MarketUser buyer;
  private static MarketUser other;

  @BeforeAll
  static void publish() throws Exception {
    devnet = Devnet.start(DevnetOptions.defaults());
    node = ExecutionNodes.node(List.of(devnet.rpcUrl()));
    List<Credentials> accounts = devnet.anvil().devAccounts();
    seller = MarketUser.of(devnet, shared, accounts.get(0));
    partner = MarketUser.of(devnet, shared, accounts.get(1));
    attester = MarketUser.of(devnet, shared, accounts.get(2));
    buyer = MarketUser.of(devnet, shared, accounts.get(3));
    other = MarketUser.of(devnet, shared, accounts.get(4));
    publish(BASE, 1);
    publish(CHILD, 2, "--parent", BASE);
  }

  @AfterAll
  static void stop() {
    if (devnet != null) {
      devnet.close();
    }
  }

  private static void publish(String name, int seed, String... more) throws IOException {
    Path model =
        new OnnxFile()
            .normalTensor("first", 1, 64, 64)
            .normalTensor("second", seed, 64, 64)
            .write(Files.createDirectory(shared.resolve("v" + seed)).resolve("model.onnx"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "publish",
                model.toString(),
                "--name",
                name,
                "--profile",
                "lossless",
                "--key-file",
                seller.folder().resolve("key").toString(),
                "--staging",
                shared.resolve("staging").toString(),
                "--journal",
                shared.resolve("journal").toString(),
                "--poll-seconds",
                "0.05",
                "--parallelism",
                "1",
                "--rpc",
                devnet.rpcUrl(),
                "--beacon",
                devnet.beaconUrl(),
                "--registry",
                devnet.registryAddress(),
                "--json"));
    arguments.addAll(List.of(more));
    done(CommandRun.of(arguments));
  }

  /** The sample, with accounts of this chain. */
  private static String sample() throws IOException {
    try (InputStream in = TermsFile.class.getResourceAsStream("terms.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replaceAll("0x0+a77e", attester.address())
          .replaceAll("0x0+a11", seller.address())
          .replaceAll("0x0+b0b", partner.address());
    }
  }

  private Path file(String terms) throws IOException {
    return Files.writeString(folder.resolve("terms.yaml"), terms);
  }

  /** Puts a release on sale; what was published. */
  private JsonNode sell(String release, String terms) throws IOException {
    return done(seller.send("license publish " + release, file(terms).toString())).path("result");
  }

  private Path voucher(String options) throws IOException {
    Path file = Files.createTempFile(folder, "voucher", ".json");
    Files.delete(file);
    done(
        attester.sign("license voucher " + options, "--nonce", "random", "--out", file.toString()));
    return file;
  }

  private static void refused(CommandRun run, int exitCode, String... message) throws IOException {
    assertThat(run.exitCode()).as(run.err() + run.out()).isEqualTo(exitCode);
    assertThat(run.json().path("message").asText()).contains(message);
    assertThat(run.err()).doesNotContain("unexpected failure");
  }

  private static BigInteger wei(String ether) {
    return new BigDecimal(ether).movePointRight(18).toBigIntegerExact();
  }

  @Test
  void salesAreSharedToTheWei() throws Exception {
    BigInteger sellerBefore = seller.credit();
    BigInteger partnerBefore = partner.credit();
    JsonNode published = sell(BASE, sample());
    JsonNode again = done(seller.send("license publish " + BASE, file(sample()).toString()));
    assertThat(again.path("transactions")).isEmpty();
    assertThat(again.at("/result/version")).isEqualTo(published.path("version"));

    JsonNode offer = done(buyer.ask("license offer " + BASE, "--words", "academic,clinic,eu"));
    assertThat(offer.path("onSale").booleanValue()).isTrue();
    assertThat(offer.at("/terms/hash")).isEqualTo(published.at("/terms/hash"));
    assertThat(offer.at("/terms/prices").findValuesAsText("buyers")).contains("academic");

    Path academic = voucher(BASE + " --class academic --buyer " + buyer.address());
    JsonNode free =
        done(
            buyer.send(
                "license buy " + BASE, "--voucher", academic.toString(), "--max-price", "0"));
    assertThat(free.at("/result/price").asText()).isEqualTo("0");

    Path clinic =
        voucher(BASE + " --class clinic --region eu --quantity 2 --buyer " + buyer.address());
    JsonNode second =
        done(
            buyer.send("license buy " + BASE, "--voucher", clinic.toString(), "--max-price", "18"));
    assertThat(second.at("/result/price").asText()).isEqualTo(wei("18").toString());
    assertThat(second.at("/result/quantity").intValue()).isEqualTo(2);
    assertThat(second.at("/transactions/0/valueWei").asText()).isEqualTo(wei("18").toString());

    JsonNode full = done(other.send("license buy " + BASE, "--max-price", "100.5"));
    assertThat(full.at("/result/price").asText()).isEqualTo(wei("100").toString());
    assertThat(full.at("/result/termsHash")).isEqualTo(published.at("/terms/hash"));

    String token = second.at("/result/tokenId").asText();
    JsonNode shown = done(buyer.ask("license show " + token));
    assertThat(shown.path("state").asText()).isEqualTo("valid");
    assertThat(shown.at("/license/seats").intValue()).isEqualTo(2);
    assertThat(shown.at("/purchase/licensee").asText()).isEqualTo(buyer.address());
    String check =
        "license check %s %s --account %s --uses ".formatted(token, BASE, buyer.address());
    assertThat(buyer.ask(check + "research,commercial").exitCode()).isZero();
    assertThat(buyer.ask(check + "research,derivatives").exitCode()).isEqualTo(1);
    assertThat(
            buyer
                .ask(
                    "license check %s %s --account %s --uses research"
                        .formatted(token, CHILD, buyer.address()))
                .exitCode())
        .isEqualTo(1);

    BigInteger all = wei("118");
    BigInteger partners = all.multiply(BigInteger.valueOf(4)).divide(BigInteger.TEN);
    assertThat(partner.credit().subtract(partnerBefore)).isEqualTo(partners);
    assertThat(seller.credit().subtract(sellerBefore)).isEqualTo(all.subtract(partners));

    String vault = "0x" + "5a".repeat(20);
    BigInteger held = node.balance(devnet.contracts().market().address());
    BigInteger paid = seller.withdraw(vault).add(partner.withdraw(vault));
    assertThat(node.balance(vault)).isEqualTo(paid);
    assertThat(node.balance(devnet.contracts().market().address())).isEqualTo(held.subtract(paid));
    refused(seller.send("license withdraw"), 1, "NothingToWithdraw");
  }

  @Test
  void whatParentsGetIsSharedOneLevelFurther() throws Exception {
    JsonNode base = sell(BASE, sample());
    Path terms = file(sample().replace("price: \"100\"", "price: \"0.000000000000000101\""));
    JsonNode checked = done(seller.ask("license terms", terms.toString(), CHILD));
    assertThat(checked.at("/terms/royalties/0/bps").intValue()).isEqualTo(1_000);
    assertThat(checked.at("/terms/payees/0/bps").intValue()).isEqualTo(5_400);
    JsonNode offline =
        CommandRun.of(List.of("license", "terms", terms.toString(), "--json")).json();
    assertThat(offline.at("/terms/payees/0/bps").intValue()).isEqualTo(6_000);
    JsonNode published = done(seller.send("license publish " + CHILD, terms.toString()));
    assertThat(published.at("/result/terms/hash")).isEqualTo(checked.at("/terms/hash"));

    BigInteger sellerBefore = seller.credit();
    BigInteger partnerBefore = partner.credit();
    done(buyer.send("license buy " + CHILD, "--max-price", "1", "--quantity", "1"));
    JsonNode pots = done(other.ask("license balance " + BASE)).path("pots");
    assertThat(pots).hasSize(1);
    assertThat(pots.at("/0/credit").asText()).isEqualTo("10");
    assertThat(pots.at("/0/version")).isEqualTo(base.path("version"));

    JsonNode distributed = done(other.send("license distribute " + BASE));
    assertThat(distributed.at("/result/0/credit").asText()).isEqualTo("10");
    assertThat(done(other.send("license distribute " + BASE)).path("transactions")).isEmpty();
    // 101: 10 to the pot, 36 (36.36) to the partner, 55 to the first payee; of the 10, 4 and 6.
    assertThat(partner.credit().subtract(partnerBefore)).isEqualTo(BigInteger.valueOf(40));
    assertThat(seller.credit().subtract(sellerBefore)).isEqualTo(BigInteger.valueOf(61));
  }

  @Test
  void vouchersAreGoodOnceForOneBuyerOneReleaseOneMarketOneChain() throws Exception {
    sell(BASE, sample());
    sell(CHILD, sample());
    Path good = voucher(BASE + " --class academic --buyer " + buyer.address());
    String buy = "license buy " + BASE + " --max-price 0 --voucher ";
    String buyChild = "license buy " + CHILD + " --max-price 0 --voucher ";
    refused(other.send(buy + good), 2, "buyer", "expected " + other.address());
    refused(buyer.send(buyChild + good), 2, "release: expected");
    refused(buyer.send(buy + good + " --quantity 2"), 2, "quantity: expected 2, found 1");
    int before = buyer.licenses();
    done(buyer.send(buy + good));
    refused(buyer.send(buy + good), 1, "refuses it: NonceUsed(attester = " + attester.address());
    assertThat(buyer.licenses()).isEqualTo(before + 1);

    Path brief = voucher(BASE + " --class academic --valid 1s --buyer " + buyer.address());
    long deadline =
        SignedStatement.read(Statement.Kind.VOUCHER, brief)
            .statement()
            .number("deadline")
            .longValueExact();
    while (node.head(Confirmation.parse("1")).timestamp() <= deadline + 1) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    refused(buyer.send(buy + brief), 1, "refuses it: DeadlinePassed(deadline = " + deadline);

    refused(buyer.send(buy + signed(attester, good, 1, Map.of())), 2, "chain: expected");
    refused(
        buyer.send(buy + signed(attester, good, 0, Map.of("market", "0x" + "12".repeat(20)))),
        2,
        "market: expected");
    refused(
        buyer.send(
            buy + signed(other, good, 0, Map.of("attester", other.address(), "nonce", "77"))),
        1,
        "refuses it: NotAttester(found = " + other.address());
    refused(
        buyer.send(buy + signed(other, good, 0, Map.of("nonce", "78"))),
        1,
        "refuses it: InvalidSignature(signer = " + attester.address());
    Path forged = folder.resolve("forged.json");
    Files.writeString(
        forged,
        Files.readString(voucher(BASE + " --class academic --buyer " + buyer.address()))
            .replace(buyer.address(), other.address()));
    refused(other.send(buy + forged), 2, "Voucher: signed by");
    refused(
        attester.sign(
            "license voucher %s --class poor --nonce 1 --buyer %s"
                .formatted(BASE, buyer.address())),
        2,
        "--class poor",
        "no class");
    refused(
        other.sign("license voucher %s --nonce 1 --buyer %s".formatted(BASE, buyer.address())),
        2,
        "is no attester");
    assertThat(buyer.licenses()).isEqualTo(before + 1);
  }

  /** A voucher like another, signed for other things. */
  private Path signed(MarketUser by, Path like, long moreChain, Map<String, String> changes)
      throws Exception {
    Statement said = SignedStatement.read(Statement.Kind.VOUCHER, like).statement();
    Map<String, String> fields = new LinkedHashMap<>(said.fields());
    fields.put("nonce", "76");
    fields.putAll(changes);
    fields.remove("market");
    Path file = Files.createTempFile(folder, "signed", ".json");
    Files.delete(file);
    SignedStatement.by(
            SignerSource.keyFile(by.folder().resolve("key")).load().get(0),
            new Statement(
                Statement.Kind.VOUCHER,
                said.chainId() + moreChain,
                changes.getOrDefault("market", said.market()),
                fields))
        .write(file);
    return file;
  }

  @Test
  void nobodyPaysMoreOrOnOtherTermsThanTheySaid() throws Exception {
    sell(BASE, sample());
    String hash = done(buyer.ask("license offer " + BASE)).at("/terms/hash").asText();
    BigInteger before = node.balance(buyer.address());
    String buy = "license buy %s --terms-hash %s --max-price ".formatted(BASE, hash);
    refused(buyer.send(buy + "99.999999999999999999"), 1, "costs 100 ETH", "--max-price is 99.99");
    done(buyer.send(buy + "100 --dry-run"));
    sell(BASE, sample().replace("price: \"100\"", "price: \"99\""));
    refused(buyer.send(buy + "100"), 1, "its latest terms, version", "expected " + hash);
    JsonNode withdrawn = done(seller.send("license withdraw-terms " + BASE));
    assertThat(withdrawn.path("transactions")).hasSize(1);
    refused(buyer.send("license buy " + BASE + " --max-price 100"), 1, "terms were withdrawn");
    assertThat(done(buyer.ask("license offer " + BASE)).path("onSale").booleanValue()).isFalse();
    refused(seller.send("license withdraw-terms " + BASE), 1, "NotOnSale");
    refused(
        other.send("license publish " + BASE, file(sample()).toString()),
        1,
        "refuses it: NotOwner");
    assertThat(node.balance(buyer.address())).isEqualTo(before);
  }

  @Test
  void afterACrashTheSameCommandBuysNothingTwice() throws Exception {
    sell(BASE, sample());
    Path clinic = voucher(BASE + " --class clinic --buyer " + buyer.address());
    int before = buyer.licenses();
    String buy = "license buy " + BASE + " --max-price 10 --voucher " + clinic;
    CommandRun given = buyer.send(buy + " --confirmations 1000 --patience 2");
    refused(given, 1, "is not final after 2 s");
    assertThat(buyer.licenses()).isEqualTo(before + 1);
    done(seller.send("license withdraw-terms " + BASE));

    JsonNode again = done(buyer.send(buy + " --valid 2h"));
    assertThat(again.at("/transactions/0/resumed").booleanValue()).isTrue();
    assertThat(again.at("/result/price").asText()).isEqualTo(wei("10").toString());
    assertThat(buyer.licenses()).isEqualTo(before + 1);
  }

  @Test
  void usageIsMeteredAndALicenseRefunded() throws Exception {
    sell(
        BASE,
        sample()
            .replace("units: 0", "units: 10")
            .replace("unitPrice: \"0\"", "unitPrice: \"0.5\""));
    String token =
        done(buyer.send("license buy " + BASE + " --max-price 100")).at("/result/tokenId").asText();
    String check =
        "license check %s %s --uses research --account %s".formatted(token, BASE, buyer.address());
    Path receipt = folder.resolve("receipt.json");
    done(seller.sign("license receipt %s --units 10 --out %s".formatted(token, receipt)));
    done(other.send("license meter %s --receipt %s".formatted(token, receipt)));
    assertThat(buyer.ask(check).exitCode()).isEqualTo(1);
    assertThat(done(buyer.ask("license show " + token)).path("state").asText())
        .isEqualTo("used up");
    JsonNode more = done(buyer.send("license topup %s --units 3".formatted(token)));
    assertThat(more.at("/result/price").asText()).isEqualTo(wei("1.5").toString());
    assertThat(buyer.ask(check).exitCode()).isZero();

    Path consent = folder.resolve("consent.json");
    refused(
        other.sign("license refund-consent %s --amount 1".formatted(token)),
        2,
        "is that of " + buyer.address());
    done(buyer.sign("license refund-consent %s --amount 60.5 --out %s".formatted(token, consent)));
    refused(
        seller.send("license refund 999999 --consent " + consent), 2, "expected license 999999");
    refused(other.send("license refund %s --consent %s".formatted(token, consent)), 1, "NotOwner");
    BigInteger before = buyer.credit();
    JsonNode refund = done(seller.send("license refund %s --consent %s".formatted(token, consent)));
    assertThat(refund.at("/result/price").asText()).isEqualTo(wei("60.5").toString());
    assertThat(buyer.credit().subtract(before)).isEqualTo(wei("60.5"));
    assertThat(buyer.ask(check).exitCode()).isEqualTo(1);
    assertThat(done(buyer.ask("license show " + token)).path("state").asText())
        .isEqualTo("refunded");
  }

  @Test
  void aTokenIsTakenForExactlyThePrice() throws Exception {
    String code = new ObjectMapper().readTree(TOKEN.toFile()).at("/bytecode/object").asText();
    String token = devnet.deploy(Numeric.hexStringToByteArray(code));
    mint(token, buyer.address(), ETHER.multiply(BigInteger.valueOf(150)));
    String terms = sample().replace("currency: ETH", "currency: %s\ndecimals: 18".formatted(token));
    refused(
        seller.send(
            "license publish " + BASE,
            file(terms.replace("decimals: 18", "decimals: 6")).toString()),
        2,
        "has 18, the terms say 6");
    sell(BASE, terms);
    String buy = "license buy " + BASE + " --max-price 100";
    refused(other.send(buy), 1, "has 0 " + token);
    refused(buyer.send(buy), 1, "the market may take 0 " + token, "--approve");
    JsonNode bought = done(buyer.send(buy + " --approve"));
    assertThat(bought.path("transactions")).hasSize(2);
    assertThat(bought.at("/transactions/1/valueWei").asText()).isEqualTo("0");
    JsonNode credits =
        done(
            partner.ask(
                "license balance --account %s --token %s".formatted(partner.address(), token)));
    assertThat(credits.at("/credits/1/amount").asText()).isEqualTo("40 " + token);
    assertThat(
            done(partner.send("license withdraw --currency " + token))
                .at("/result/amount")
                .asText())
        .isEqualTo("40 " + token);
    refused(buyer.send(buy + " --approve"), 1, "has 50 " + token);
  }

  private static void mint(String token, String account, BigInteger amount) throws Exception {
    Web3j web3j = Web3j.build(new HttpService(devnet.rpcUrl()));
    try {
      String hash =
          new RawTransactionManager(web3j, attester.key(), devnet.chainId())
              .sendTransaction(
                  BigInteger.valueOf(50_000_000_000L),
                  BigInteger.valueOf(200_000),
                  token,
                  FunctionEncoder.encode(
                      new Function(
                          "mint", List.of(new Address(account), new Uint256(amount)), List.of())),
                  BigInteger.ZERO)
              .getTransactionHash();
      assertThat(hash).isNotNull();
      while (web3j.ethGetTransactionReceipt(hash).send().getTransactionReceipt().isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } finally {
      web3j.shutdown();
    }
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    refused(buyer.ask("license offer license/none@1"), 2, "not published");
    refused(buyer.ask("license show 999999"), 2, "License 999999 was never issued");
    refused(
        buyer.ask("license check 1 " + BASE + " --uses play --account " + buyer.address()),
        2,
        "--uses");
    refused(seller.sign("license receipt 999999 --units 1"), 2, "License 999999: never issued");
    assertThat(done(buyer.ask("license list --account 0x" + "12".repeat(20))).path("licenses"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "license buy a@1,--max-price",
    "license buy a@1 --max-price 1 --voucher nowhere.json,nowhere.json can't be read",
    "license voucher a@1 --buyer me --nonce 1,--buyer: expected 0x and 40 hex digits",
    "license voucher a@1 --buyer 0x1212121212121212121212121212121212121212,--nonce",
    "license voucher a@1 --nonce -1 --buyer 0x1212121212121212121212121212121212121212,--nonce",
    "license show x,'TOKEN: expected a whole number below 2^256, found \"x\"'",
    "license topup 1 --units 18446744073709551616,--units: expected a whole number below 2^64",
    "license check 1 a@1 --uses research,--account",
    "license terms nowhere.yaml,nowhere.yaml can't be read",
    "license balance,'Give --account, or a release'",
    "license withdraw --currency gold,--currency: expected 0x",
    "license offer a,is not NAME@VERSION",
    "license refund 1 --consent nowhere.json,nowhere.json can't be read"
  })
  void badUsageIsExplained(String line, String message) throws IOException {
    boolean sends = line.matches("license (buy|topup|withdraw|refund) ?.*");
    boolean signs = line.startsWith("license voucher");
    refused(sends ? buyer.send(line) : signs ? buyer.sign(line) : buyer.ask(line), 2, message);
  }

  @ParameterizedTest
  @CsvSource({
    "terms",
    "publish",
    "withdraw-terms",
    "offer",
    "voucher",
    "buy",
    "show",
    "list",
    "check",
    "topup",
    "receipt",
    "meter",
    "refund-consent",
    "refund",
    "balance",
    "distribute",
    "withdraw"
  })
  void everyCommandExplainsItself(String command) {
    CommandRun run = CommandRun.of(List.of("license", command, "--help"));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: luntra license " + command, "--json");
    assertThat(CommandRun.of(List.of("license", "--help")).out()).contains("\n  " + command);
  }
}
