"""save SCRIPT FILE: the tensors of a TorchScript model as a checkpoint.
compare FILE FILE: two checkpoints, tensor by tensor, as JSON."""
import json
import re
import sys

import torch


def load(file):
    return torch.load(file, weights_only=True)


what, first, second = sys.argv[1:]
if what == "save":
    model = torch.jit.load(first)
    names = dict.fromkeys(re.findall(r"self\.(\w+)", model.code))
    state = {name: getattr(model, name) for name in names}
    torch.save(state, second)
else:
    before, after = load(first), load(second)
    assert list(before) == list(after)
    matrices = [name for name in before if before[name].dim() > 1]
    error = sum((after[name] - before[name]).norm() ** 2 for name in matrices)
    power = sum(before[name].norm() ** 2 for name in matrices)
    print(
        json.dumps(
            {
                "tensors": len(before),
                "matrices": len(matrices),
                "others_equal": all(
                    torch.equal(before[name], after[name])
                    for name in before
                    if name not in matrices
                ),
                "error": float((error / power) ** 0.5),
            }
        )
    )
