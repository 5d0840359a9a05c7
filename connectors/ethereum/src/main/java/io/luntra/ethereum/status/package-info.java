/** How far releases came, as their journal tells it. */
package io.luntra.ethereum.status;
