package io.luntra.ethereum.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.luntra.blob.Hex;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.transaction.CallTransaction;
import io.luntra.ethereum.transaction.SignedCallTransaction;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The ordinary transaction of one account on one chain that is under way, in a file that is written
 * before it is sent (JOURNAL.md, calls). Held by one process at a time.
 */
final class CallJournal implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final int VERSION = 1;
  private static final int MAX_FILE_BYTES = 1 << 18;
  private static final int GENESIS_DIGITS = 16;

  /** A transaction that was journaled, and what it is for. */
  record Entry(String purpose, SignedCallTransaction transaction) {}

  private final Path file;
  private final Network network;
  private final String account;
  private final FileChannel lockFile;

  private CallJournal(Path file, Network network, String account, FileChannel lockFile) {
    this.file = file;
    this.network = network;
    this.account = account;
    this.lockFile = lockFile;
  }

  /**
   * Takes hold of an account's entry.
   *
   * @param folder is made when it is not there
   * @throws InvalidInputException when another process holds it, or the folder can't be written
   */
  static CallJournal open(Path folder, Network network, String account) {
    String genesis = network.genesisHash().toHex().substring(2, 2 + GENESIS_DIGITS);
    String name = "%d-%s-%s".formatted(network.chainId(), genesis, account);
    try {
      Files.createDirectories(folder);
      FileChannel lockFile =
          FileChannel.open(
              folder.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(lockFile)) {
        lockFile.close();
        throw new InvalidInputException(
            "Account %s is being used by another process (%s)"
                .formatted(account, folder.resolve(name + ".lock")));
      }
      return new CallJournal(folder.resolve(name + ".json"), network, account, lockFile);
    } catch (IOException e) {
      throw new InvalidInputException(
          "The folder of calls %s can't be written: %s".formatted(folder, e), e);
    }
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Held by this process.
      return false;
    }
  }

  /**
   * The transaction that may be under way.
   *
   * @throws LuntraException when the file is damaged: then nobody knows what was sent
   */
  Optional<Entry> entry() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw damaged("more than %d bytes".formatted(MAX_FILE_BYTES), null);
      }
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      if (json == null || json.path("version").asInt() != VERSION) {
        throw damaged("not of version " + VERSION, null);
      }
      String text = json.path("transaction").asText();
      SignedCallTransaction transaction =
          SignedCallTransaction.decode(Hex.decode(text, (text.length() - 2) / 2));
      String purpose = json.path("purpose").asText();
      if (!transaction.sender().equals(account)
          || transaction.transaction().chainId() != network.chainId()
          || !json.path("genesis").asText().equals(network.genesisHash().toHex())
          || purpose.isBlank()
          || purpose.length() > ContractCall.MAX_PURPOSE) {
        throw damaged(
            "not a transaction of %s on chain %d".formatted(account, network.chainId()), null);
      }
      return Optional.of(new Entry(purpose, transaction));
    } catch (JsonProcessingException | InvalidInputException | IllegalArgumentException e) {
      throw damaged(e.getMessage(), e);
    } catch (IOException e) {
      throw new LuntraException("Calls: %s can't be read: %s".formatted(file, e), e);
    }
  }

  private LuntraException damaged(String why, Exception cause) {
    return new LuntraException(
        "Calls: %s is damaged (%s). Look up what account %s sent last, then delete the file"
            .formatted(file, why, account),
        cause);
  }

  /** Stands on the disk when it returns. */
  void write(Entry entry) {
    CallTransaction transaction = entry.transaction().transaction();
    try {
      byte[] bytes =
          JSON.writeValueAsString(
                  JSON.createObjectNode()
                      .put("version", VERSION)
                      .put("genesis", network.genesisHash().toHex())
                      .put("purpose", entry.purpose())
                      .put("hash", entry.transaction().hash().toHex())
                      .put("nonce", transaction.nonce())
                      .put("transaction", Hex.encode(entry.transaction().bytes())))
              .getBytes(StandardCharsets.UTF_8);
      Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
      try (FileChannel out =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        out.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      forceFolder();
    } catch (IOException e) {
      throw new LuntraException("Calls: %s can't be written: %s".formatted(file, e), e);
    }
  }

  /** The new name is on the disk, too; not every file system can be asked for it. */
  private void forceFolder() throws IOException {
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** Nothing is under way any more. */
  void clear() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new LuntraException("Calls: %s can't be deleted: %s".formatted(file, e), e);
    }
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new LuntraException("Calls: lock of %s: %s".formatted(file, e), e);
    }
  }
}
