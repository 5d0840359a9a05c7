package io.luntra.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.release.ParentMatch.Place;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ParentMatchTest {
  private final List<Section> sections = new ArrayList<>();
  private long end;

  private ParentMatchTest container(int length) {
    sections.add(new Section(end, length, null));
    end += length;
    return this;
  }

  private ParentMatchTest tensor(String name, DataType dtype, Long... shape) {
    TensorInfo info = new TensorInfo(name, dtype, List.of(shape));
    sections.add(new Section(end, info.bytes(), info));
    end += info.bytes();
    return this;
  }

  private ArtifactLayout artifact(String path) {
    return new ArtifactLayout(path, end, sections);
  }

  private static ParentMatchTest layout() {
    return new ParentMatchTest();
  }

  private static ParentMatch match(ArtifactLayout parent, ArtifactLayout child) {
    return ParentMatch.of(List.of(parent), List.of(child));
  }

  @Test
  void tensorsAreFoundByNameWhereverTheyAre() {
    ArtifactLayout parent =
        layout()
            .container(10)
            .tensor("a", DataType.FP32, 5L, 4L)
            .container(3)
            .tensor("b", DataType.FP32, 2L, 4L)
            .artifact("v1.onnx");
    ArtifactLayout child =
        layout()
            .container(11)
            .tensor("b", DataType.FP32, 2L, 4L)
            .container(3)
            .tensor("a", DataType.FP32, 5L, 4L)
            .container(1)
            .artifact("v2.onnx");
    ParentMatch match = match(parent, child);

    assertThat(match.find(0, 11, 32)).contains(new Place(0, 93));
    assertThat(match.find(0, 15, 28)).contains(new Place(0, 97));
    assertThat(match.find(0, 46, 80)).contains(new Place(0, 10));
    assertThat(match.find(0, 125, 1)).contains(new Place(0, 89));
    assertThat(match.find(0, 43, 3)).as("second run of 3 bytes").contains(new Place(0, 90));
    assertThat(match.find(0, 0, 11)).as("11 bytes, not 10").isEmpty();
    assertThat(match.find(0, 126, 1)).as("a third run").isEmpty();
    assertThat(match.find(0, 42, 2)).as("over a border").isEmpty();
    assertThat(match.find(0, 45, 2)).as("over a border").isEmpty();
  }

  @Test
  void anotherNameShapeOrTypeHasNoCounterpart() {
    ArtifactLayout parent =
        layout()
            .tensor("a", DataType.FP32, 5L, 4L)
            .tensor("b", DataType.FP32, 5L, 4L)
            .tensor("c", DataType.FP32, 5L, 4L)
            .tensor("d", DataType.FP32, 5L, 4L)
            .artifact("m");
    ArtifactLayout child =
        layout()
            .tensor("a", DataType.FP32, 4L, 5L)
            .tensor("b", DataType.INT32, 5L, 4L)
            .tensor("x", DataType.FP32, 5L, 4L)
            .tensor("d", DataType.FP32, 5L, 4L)
            .artifact("m");
    ParentMatch match = match(parent, child);

    assertThat(match.find(0, 0, 80)).isEmpty();
    assertThat(match.find(0, 80, 80)).isEmpty();
    assertThat(match.find(0, 160, 80)).isEmpty();
    assertThat(match.find(0, 240, 80)).contains(new Place(0, 240));
  }

  @Test
  void theFirstOfANameCounts() {
    ArtifactLayout parent =
        layout().tensor("a", DataType.INT8, 3L).tensor("a", DataType.INT8, 4L).artifact("m");
    ArtifactLayout child = layout().tensor("a", DataType.INT8, 4L).artifact("m");

    assertThat(match(parent, child).find(0, 0, 4)).isEmpty();
    assertThat(match(parent, parent).find(0, 0, 3)).contains(new Place(0, 0));
  }

  @Test
  void severalArtifactsAreMatchedByPath() {
    ArtifactLayout one = layout().tensor("a", DataType.INT8, 3L).artifact("one");
    ArtifactLayout two = layout().tensor("a", DataType.INT8, 3L).artifact("two");
    ArtifactLayout three = layout().tensor("a", DataType.INT8, 3L).artifact("three");
    ParentMatch match = ParentMatch.of(List.of(one, two), List.of(two, three, one));

    assertThat(match.find(0, 0, 3)).contains(new Place(1, 0));
    assertThat(match.find(1, 0, 3)).isEmpty();
    assertThat(match.find(2, 1, 2)).contains(new Place(0, 1));
    assertThat(ParentMatch.of(List.of(one, two), List.of(three)).find(0, 0, 3)).isEmpty();
  }

  @Property(tries = 200)
  void howContainerBytesAreCutDoesNotMatter(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 5) Integer> sizes) {
    ParentMatchTest fine = layout();
    ParentMatchTest coarse = layout();
    int i = 0;
    for (int size : sizes) {
      fine.container(size).tensor("none" + i, DataType.FP32, 0L).container(1);
      coarse.container(size + 1);
      fine.tensor("t" + i, DataType.UINT8, (long) size);
      coarse.tensor("t" + i, DataType.UINT8, (long) size);
      i++;
    }
    ArtifactLayout one = fine.artifact("m");
    ArtifactLayout other = coarse.artifact("m");

    for (long at = 0; at < one.length(); at++) {
      Optional<Place> itself = Optional.of(new Place(0, at));
      assertThat(match(one, other).find(0, at, 1)).isEqualTo(itself);
      assertThat(match(other, one).find(0, at, 1)).isEqualTo(itself);
    }
  }
}
