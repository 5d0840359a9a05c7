/** The codec beside what users could pick instead: size, quality and speed, all from one run. */
package io.luntra.bench;
