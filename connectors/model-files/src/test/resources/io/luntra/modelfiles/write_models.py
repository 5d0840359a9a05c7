"""Writes model files by the libraries that made their formats, for the readers to be held against.

Usage: write_models.py FOLDER. Says on standard output, as JSON, what is in each file: by tensor,
element type, shape and SHA-256 of the values.
"""
import hashlib
import json
import sys
from pathlib import Path

import gguf
import numpy
import torch
from safetensors.torch import save_file

TORCH = {
    torch.float64: "FP64", torch.float32: "FP32", torch.float16: "FP16", torch.bfloat16: "BF16",
    torch.int64: "INT64", torch.int32: "INT32", torch.int16: "INT16", torch.int8: "INT8",
    torch.uint8: "UINT8", torch.bool: "BOOL", torch.uint16: "UINT16", torch.complex64: "COMPLEX64",
    torch.float8_e4m3fn: "FP8_E4M3", torch.float8_e5m2: "FP8_E5M2",
}


def described(dtype, shape, values):
    return {"dtype": dtype, "shape": list(shape), "sha256": hashlib.sha256(values).hexdigest()}


def described_torch(tensor):
    values = tensor.detach().contiguous().flatten()
    raw = values.view(torch.uint8) if values.dtype != torch.bool else values.to(torch.uint8)
    return described(TORCH[tensor.dtype], tensor.shape, raw.numpy().tobytes())


def model():
    torch.manual_seed(1)
    return torch.nn.Sequential(
        torch.nn.Embedding(50, 16), torch.nn.Linear(16, 24), torch.nn.LayerNorm(24))


def checkpoint(file):
    net = model()
    optimizer = torch.optim.AdamW(net.parameters())
    net(torch.arange(10)).sum().backward()
    optimizer.step()
    tensors = {
        name.replace("torch.", ""): (torch.randn(3, 8) * 4).to(dtype)
        for name, dtype in ((str(dtype), dtype) for dtype in TORCH)}
    state = net.state_dict()
    torch.save(
        {"epoch": 3, "loss": 0.5, "name": "test", "done": True, "none": None, "shape": torch.Size([3]),
         "model": state, "optimizer": optimizer.state_dict(), "types": tensors,
         "tied": state["1.weight"], "transposed": state["1.weight"].t().contiguous().t(),
         "parameter": torch.nn.Parameter(torch.ones(3)), "scalar": torch.tensor(7.0)}, file)
    found = {"model." + name: described_torch(tensor) for name, tensor in state.items()}
    for index, values in optimizer.state_dict()["state"].items():
        for name, tensor in values.items():
            found[f"optimizer.state.{index}.{name}"] = described_torch(tensor)
    found.update({"types." + name: described_torch(tensor) for name, tensor in tensors.items()})
    found["parameter"] = described_torch(torch.ones(3))
    found["scalar"] = described_torch(torch.tensor(7.0))
    return found


def script(file):
    net = model()
    torch.jit.script(net).save(str(file))
    return {name: described_torch(tensor) for name, tensor in net.state_dict().items()}


def shards(folder):
    files = {"a": {}, "b": {}}
    weight_map = {}
    found = {}
    for i, (name, tensor) in enumerate(model().state_dict().items()):
        shard = "ab"[i % 2]
        files[shard][name] = tensor.to(torch.bfloat16)
        weight_map[name] = f"model-{shard}.safetensors"
        found[name] = described_torch(files[shard][name])
    for shard, tensors in files.items():
        save_file(tensors, folder / f"model-{shard}.safetensors")
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": 0}, "weight_map": weight_map}))
    return found


def ggml(file):
    types = gguf.GGMLQuantizationType
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_name("test")
    writer.add_token_list(["<s>", "</s>", "a"])
    writer.add_token_scores([0.0, 1.0, 2.0])
    random = numpy.random.default_rng(1)
    values = random.standard_normal((6, 512), dtype=numpy.float32)
    names = {types.F32: "FP32", types.F16: "FP16", types.BF16: "BF16", types.Q8_0: "Q8_0",
             types.Q4_0: "Q4_0"}
    found = {}
    for kind, name in names.items():
        data = gguf.quants.quantize(values, kind)
        writer.add_tensor(f"t.{name}", data, raw_dtype=kind)
        found[f"t.{name}"] = described(name, values.shape, data.tobytes())
    for kind in (types.Q4_K, types.Q6_K):
        block, size = gguf.GGML_QUANT_SIZES[kind]
        data = random.integers(0, 256, (6, 512 // block * size), dtype=numpy.uint8)
        writer.add_tensor(f"t.{kind.name}", data, raw_dtype=kind)
        found[f"t.{kind.name}"] = described(kind.name, values.shape, data.tobytes())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return found


def main(folder):
    return {
        "checkpoint.pt": checkpoint(folder / "checkpoint.pt"),
        "script.pt": script(folder / "script.pt"),
        "model.safetensors.index.json": shards(folder),
        "model.gguf": ggml(folder / "model.gguf"),
    }


print(json.dumps(main(Path(sys.argv[1]))))
