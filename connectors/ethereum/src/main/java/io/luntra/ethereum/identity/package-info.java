/** Who an account really is, as far as domains, ENS and trusted attesters tell. */
package io.luntra.ethereum.identity;
