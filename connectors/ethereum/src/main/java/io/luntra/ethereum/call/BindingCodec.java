package io.luntra.ethereum.call;

import java.io.InputStream;
import java.math.BigInteger;
import java.util.concurrent.Executors;
import org.web3j.protocol.Service;
import org.web3j.protocol.Web3j;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.TransactionManager;
import org.web3j.tx.gas.ContractGasProvider;
import org.web3j.tx.gas.StaticGasProvider;

/** Contract bindings that encode calls and ask nobody. */
public final class BindingCodec {
  private static final String NOBODY = "0x" + "0".repeat(40);

  private BindingCodec() {}

  /** The {@code load} of a binding. */
  @FunctionalInterface
  public interface Loader<T> {
    T load(String address, Web3j web3j, TransactionManager manager, ContractGasProvider gas);
  }

  private static final class NoService extends Service {
    private NoService() {
      super(false);
    }

    @Override
    protected InputStream performIO(String payload) {
      throw new IllegalStateException("A codec asks nobody");
    }

    @Override
    public void close() {}
  }

  /** A binding for the contract at an address. */
  public static <T> T of(Loader<T> loader, String address) {
    // Nothing is scheduled, so no thread is ever started.
    Web3j web3j = Web3j.build(new NoService(), 1_000, Executors.newScheduledThreadPool(0));
    return loader.load(
        address,
        web3j,
        new ReadonlyTransactionManager(web3j, NOBODY),
        new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO));
  }
}
