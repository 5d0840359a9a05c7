/** Terms of licenses as people write them. */
package io.luntra.jobs.license;
