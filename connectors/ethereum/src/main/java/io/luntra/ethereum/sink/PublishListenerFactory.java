package io.luntra.ethereum.sink;

import io.luntra.ethereum.publish.PublishListener;
import java.io.Serializable;

/** Makes a listener where the committer runs. */
@FunctionalInterface
public interface PublishListenerFactory extends Serializable {
  PublishListener create();
}
