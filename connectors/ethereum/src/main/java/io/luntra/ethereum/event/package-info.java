/** What contracts said: found, checked and kept; and how texts of strangers are shown. */
package io.luntra.ethereum.event;
