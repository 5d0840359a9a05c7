package io.luntra.jobs.diff;

/** What became of something from one release to another. */
public enum Kind {
  SAME,
  CHANGED,
  ADDED,
  REMOVED
}
