/** What the contracts' events say of models: releases, owners, names, results, terms. */
package io.luntra.ethereum.history;
