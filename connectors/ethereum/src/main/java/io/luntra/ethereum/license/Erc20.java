package io.luntra.ethereum.license;

import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * What a purchase needs of a token (ERC-20). Its code is a stranger's: its answers are bounded.
 *
 * @param token address of the contract, 0x and 40 lower-case digits
 */
public record Erc20(Node node, String token) {
  private static final int WORD_BITS = 256;
  private static final int MAX_DECIMALS = 255;

  /**
   * The currency at an address.
   *
   * @param address {@link LicenseTerms#NONE} for ether
   * @throws InvalidInputException when no token is there
   */
  public static Currency currency(Node node, String address) throws InterruptedException {
    return address.equals(LicenseTerms.NONE)
        ? Currency.ETHER
        : new Currency(address, new Erc20(node, address).decimals());
  }

  /** Digits after the point that people write its amounts with. */
  public int decimals() throws InterruptedException {
    return (int) ask("decimals").number(MAX_DECIMALS);
  }

  /** What a spender may still take from an owner. */
  public BigInteger allowance(String owner, String spender) throws InterruptedException {
    return ask("allowance", new Address(owner), new Address(spender)).amount(WORD_BITS);
  }

  public BigInteger balance(String account) throws InterruptedException {
    return ask("balanceOf", new Address(account)).amount(WORD_BITS);
  }

  /** Lets a spender take so much from the account that sends it. */
  public ContractCall approve(String purpose, String spender, BigInteger amount) {
    return ContractCall.of(
        purpose, token, data("approve", new Address(spender), new Uint256(amount)));
  }

  private AbiReader ask(String function, Type<?>... arguments) throws InterruptedException {
    try {
      byte[] answer = node.read(token, data(function, arguments));
      return new AbiReader("%s of token %s".formatted(function, token), answer).exactly(1);
    } catch (LuntraException e) {
      throw new InvalidInputException(
          "%s does not answer as an ERC-20 token: %s".formatted(token, e.getMessage()), e);
    }
  }

  private static String data(String function, Type<?>... arguments) {
    return FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
  }
}
