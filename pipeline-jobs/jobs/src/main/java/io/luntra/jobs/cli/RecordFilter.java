package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import io.luntra.manifest.ModelRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a search asks of the record that a release's publisher gave with it. */
final class RecordFilter {
  private static final Pattern SPDX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.:+-]*");

  private final List<Predicate<ModelRecord>> conditions = new ArrayList<>();

  /** Architecture or family is called so, in any case. */
  void architecture(String name) {
    conditions.add(
        record ->
            isCalled(record.architecture().architecture(), name)
                || isCalled(record.architecture().family(), name));
  }

  /**
   * The licence expression has this id, in any case.
   *
   * @throws InvalidInputException when it can't be one
   */
  void license(String option, String id) {
    if (!SPDX.matcher(id).matches()) {
      throw new InvalidInputException(
          "%s: expected a use (research, commercial, redistribution, derivatives) or the id of an"
                  .formatted(option)
              + " SPDX licence, found \"%s\"".formatted(id));
    }
    conditions.add(
        record ->
            record
                .license()
                .map(expression -> expression.split("[ ()]+"))
                .filter(ids -> Arrays.stream(ids).anyMatch(id::equalsIgnoreCase))
                .isPresent());
  }

  /** Whether nothing is asked, so that no record needs to be read. */
  boolean isEmpty() {
    return conditions.isEmpty();
  }

  boolean matches(ModelRecord record) {
    return conditions.stream().allMatch(condition -> condition.test(record));
  }

  private static boolean isCalled(Optional<String> word, String name) {
    return word.map(found -> found.toLowerCase(Locale.ROOT))
        .filter(name.toLowerCase(Locale.ROOT)::equals)
        .isPresent();
  }
}
