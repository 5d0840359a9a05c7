"""Reads a folder as compressed-tensors does; prints a digest of each weight that it gives.

unpack.py FOLDER
"""
import hashlib
import json
import pathlib
import sys

import torch
from compressed_tensors.compressors import BaseCompressor
from compressed_tensors.quantization import QuantizationConfig
from safetensors.torch import load_file

folder = pathlib.Path(sys.argv[1])
config = json.loads((folder / "config.json").read_text())["quantization_config"]
quantization = QuantizationConfig.model_validate(config)
scheme = quantization.config_groups["group_0"]
compressor = BaseCompressor.get_value_from_registry(quantization.format)
found = {}
for file in sorted(folder.glob("*.safetensors")):
    tensors = load_file(file)
    for name in tensors:
        if name.endswith(".weight_packed"):
            module = name[: -len("weight_packed")]
            local = {key[len(module) :]: tensors[key] for key in tensors if key.startswith(module)}
            weight = compressor.decompress(local, scheme)["weight"].to(torch.float32)
            found[module + "weight"] = hashlib.sha256(weight.contiguous().numpy().tobytes()).hexdigest()
print(json.dumps(found))
