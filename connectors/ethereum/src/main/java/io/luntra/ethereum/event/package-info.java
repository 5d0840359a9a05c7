/** What contracts said, and how texts of strangers are shown. */
package io.luntra.ethereum.event;
