"""The same weights in our network and in torchvision's give the same outputs: python compare_torchvision.py ResNet18

Exports networks of examples/ by `node dist/cli.js export`, draws weights, gives them to both by name, and prints how
far the outputs of ONNX Runtime are from torch's, relative to the largest. Some 1e-6 is rounding. Deep networks with
random weights may amplify it: how far torch at 32 bits is from torch at 64 bits stands beside it.

Needs torch, torchvision, onnx, onnxruntime, and node in the path. Takes names of record_torchvision.py.
"""
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from record_torchvision import build, networks, state_of

root = pathlib.Path(__file__).parents[2]


def drawn(name, value, random):
    """Weights that no layer is the identity with."""
    if name.endswith("running_var"):
        return random.uniform(0.5, 1.5, value.shape)
    if "layer_scale" in name:
        return random.uniform(0.1, 0.5, value.shape)
    return value + random.normal(0, 0.1, value.shape) if value.ndim == 1 else value


def outputs_of(result):
    """A network's main output, or the levels of a pyramid."""
    if not isinstance(result, dict):
        return [result]
    return [result["out"]] if "out" in result else list(result.values())


def compare(name):
    file, function, arguments, _ = networks[name]
    random = numpy.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/net.onnx"
        network = f"{root}/examples/{file}.lwnet#{name}"
        subprocess.run(["node", f"{root}/dist/cli.js", "export", network, "-o", path], check=True, capture_output=True)
        exported = onnx.load(path)
        model = build(function, arguments).eval()
        state = state_of(model)
        given = set()
        for tensor in exported.graph.initializer:
            if tensor.name not in state:
                continue
            value = drawn(tensor.name, numpy_helper.to_array(tensor), random).astype("float32")
            tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
            state[tensor.name].copy_(torch.from_numpy(value))
            given.add(tensor.name)
        if left := state.keys() - given:
            raise SystemExit(f"{name}: {left} are not among ours")
        onnx.save(exported, path, save_as_external_data=True, location="net.data")
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        (wanted,) = session.get_inputs()
        image = random.normal(0, 1, [1, *wanted.shape[1:]]).astype("float32")
        ours = session.run(None, {wanted.name: image})
    with torch.no_grad():
        single = outputs_of(model(torch.from_numpy(image)))
        double = outputs_of(model.double()(torch.from_numpy(image).double()))
    for theirs, exact in zip(single, double):
        same = [value for value in ours if value.shape == tuple(theirs.shape)]
        scale = exact.abs().max()
        distance = min(float(numpy.abs(value - theirs.numpy()).max() / scale) for value in same)
        rounding = float((theirs - exact).abs().max() / scale)
        print(f"{name} {'x'.join(map(str, theirs.shape[1:]))}: {distance:.1e}, 64 bits {rounding:.1e}")


for argument in sys.argv[1:]:
    compare(argument)
