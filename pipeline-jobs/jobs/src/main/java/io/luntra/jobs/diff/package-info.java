/** What changed from one release to another. */
package io.luntra.jobs.diff;
