package io.luntra.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CorpusTest {

  @ParameterizedTest
  @EnumSource
  void hasEnoughSentencesOfUsualLength(Corpus corpus) {
    List<String> sentences = corpus.sentences();

    assertThat(sentences).hasSizeGreaterThanOrEqualTo(300).doesNotHaveDuplicates();
    assertThat(sentences)
        .allSatisfy(
            sentence -> {
              assertThat(sentence).isEqualTo(sentence.strip()).matches("[A-Z].*\\.");
              assertThat(sentence.codePoints()).allMatch(c -> c >= ' ' && c != 0xfffd);
              assertThat(words(sentence)).hasSizeBetween(6, 40);
            });
  }

  @Test
  void hasNoNearDuplicatesWithinOrAcrossCorpora() {
    List<String> sentences = new ArrayList<>();
    List<Set<String>> grams = new ArrayList<>();
    for (Corpus corpus : Corpus.values()) {
      for (String sentence : corpus.sentences()) {
        sentences.add(sentence);
        grams.add(fiveGrams(sentence));
      }
    }
    for (int i = 0; i < sentences.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(jaccard(grams.get(i), grams.get(j)))
            .as("%s%n%s", sentences.get(i), sentences.get(j))
            .isLessThan(0.5);
      }
    }
  }

  @Test
  void recognisesNearDuplicates() {
    Set<String> sentence = fiveGrams("The buffer is full when the last byte of it was written.");
    Set<String> similar = fiveGrams("The buffer is full when the last byte of it was read.");
    Set<String> other = fiveGrams("She was a woman of mean understanding and little information.");

    assertThat(jaccard(sentence, similar)).isGreaterThan(0.5);
    assertThat(jaccard(sentence, other)).isZero();
  }

  private static List<String> words(String sentence) {
    return Arrays.asList(sentence.split(" ", -1));
  }

  private static Set<String> fiveGrams(String sentence) {
    List<String> words = words(sentence);
    Set<String> grams = new HashSet<>();
    for (int i = 0; i + 5 <= words.size(); i++) {
      grams.add(String.join(" ", words.subList(i, i + 5)));
    }
    return grams;
  }

  private static double jaccard(Set<String> a, Set<String> b) {
    long shared = a.stream().filter(b::contains).count();
    return (double) shared / (a.size() + b.size() - shared);
  }
}
