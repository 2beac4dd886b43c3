"""Records what PyTorch computes with the source that lwnet exports: python tests/data/record_pytorch.py

Every operator in isolation and a few networks, with weights drawn from a seed and loaded by name, strictly; every other
network of examples/ for its shapes and names alone. Each file is run as a script too. What is recorded of networks that
torchvision has is torchvision's output on the same weights, after a comparison. All is computed in 64 bits: with weights
such as these, deep networks blow rounding up. After a change of the exporter, run those again whose source is another,
or some by name, with numbers if wanted:

    python tests/data/record_pytorch.py changed
    python tests/data/record_pytorch.py operators ResNet18
    python tests/data/record_pytorch.py numbers ResNet50

Needs torch, torchvision, safetensors, and node in the path; what is kept here is of torch 2.15.0 and torchvision 0.29.2.
"""
import contextlib
import hashlib
import importlib.util
import io
import json
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from record_torchvision import build, networks, state_of
from safetensors.torch import load_file

here = Path(__file__).parent
root = here.parents[1]
kept = here / "pytorch.json"
operator_values, network_values = 6, 16


def node(*arguments):
    command = ["node", "tests/data/pytorch_cases.ts", *map(str, arguments)]
    return subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def keys(state):
    return {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}


def module_of(path):
    """The network's class: the last of the file."""
    spec = importlib.util.spec_from_file_location("exported", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    classes = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, torch.nn.Module)]
    return classes[-1]


def tensors_of(result):
    """One output, several, or named ones."""
    if isinstance(result, dict):
        result = [result["out"]] if "out" in result else list(result.values())
    return list(result) if isinstance(result, (list, tuple)) else [result]


def picked(tensor, count):
    values = tensor.flatten()
    mean, usual = values.mean(), values.square().mean().sqrt()
    places = [i * len(values) // count for i in range(count)]
    return [float(f"{v:.7g}") for v in [mean, usual, *values[places].tolist()]]


def run_as_script(path, about):
    printed = io.StringIO()
    with torch.device("meta"), contextlib.redirect_stdout(printed):
        runpy.run_path(str(path), run_name="__main__")
    wanted = f"{about['parameters']:,} parameters"
    assert wanted in printed.getvalue(), f"{about['title']} prints {printed.getvalue()}, not {wanted}"


def distance(ours, theirs):
    same = [tensor for tensor in ours if tensor.shape == theirs.shape]
    return min(float((tensor - theirs).abs().max() / theirs.abs().max()) for tensor in same)


def record(folder, number, values, torchvision=None):
    path = Path(folder) / f"{number}.py"
    about = json.loads(path.with_suffix(".json").read_text())
    title = about["title"]
    run_as_script(path, about)
    with torch.device("meta"):
        module = module_of(path)().eval()
    if not about["numbers"]:
        with torch.device("meta"):
            outputs = tensors_of(module(*map(torch.zeros, about["inputs"])))
        return title, entry(about, module, outputs, [])
    weights = load_file(path.with_suffix(".safetensors"))
    module.load_state_dict(weights, strict=True, assign=True)
    module.double()
    inputs = [
        torch.from_numpy(np.fromfile(path.with_suffix(f".{i}.f32"), np.float32).reshape(shape)).double()
        for i, shape in enumerate(about["inputs"])
    ]
    with torch.no_grad():
        outputs = tensors_of(module(*inputs))
        if torchvision:
            theirs = build(*torchvision).double().eval()
            for key, value in state_of(theirs).items():
                value.copy_(weights[key])
            assert state_of(theirs).keys() == weights.keys(), f"{title}: other names than torchvision's"
            reached = tensors_of(theirs(*inputs))
            apart = max(distance(outputs, tensor) for tensor in reached)
            print(f"{title}: {apart:.1e} from torchvision", file=sys.stderr)
            assert apart < 1e-9, f"{title} computes other values than torchvision's"
            if len(reached) == len(outputs):
                outputs = reached
    return title, entry(about, module, outputs, [picked(tensor, values) for tensor in outputs])


def entry(about, module, outputs, values):
    shapes = [list(tensor.shape) for tensor in outputs]
    wanted = about["outputs"]
    assert sorted(shapes) == sorted(wanted), f"{about['title']} gives {shapes}, not {wanted}"
    lines = sorted(f"{key} {'x'.join(map(str, value.shape))}" for key, value in keys(module.state_dict()).items())
    return {"source": about["source"], "keys": digest("\n".join(lines)), "outputs": values}


def record_operators(folder):
    node("operators", folder)
    count = len(list(Path(folder).glob("*.py")))
    return dict(record(folder, i, operator_values) for i in range(count))


def record_network(name, *numbers):
    with tempfile.TemporaryDirectory() as folder:
        node("network", folder, name, *numbers)
        torchvision = networks.get(name)
        return record(folder, 0, network_values, torchvision and torchvision[1:3])


def write(recorded):
    parts = (
        f"{json.dumps(part)}:{{\n"
        + ",\n".join(
            f"{json.dumps(title, ensure_ascii=False)}:{json.dumps(run, separators=(',', ':'))}"
            for title, run in runs.items()
        )
        + "\n}"
        for part, runs in recorded.items()
    )
    kept.write_text("{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    chosen = sys.argv[1:]
    recorded = json.loads(kept.read_text()) if kept.exists() else {"operators": {}, "networks": {}}
    if not {*chosen} - {"numbers"} or {"operators", "changed"} & set(chosen):
        with tempfile.TemporaryDirectory() as folder:
            recorded["operators"] = record_operators(folder)
    runs = recorded["networks"]
    recorded["networks"] = {}
    for name, source in json.loads(node("networks")).items():
        stale = name not in runs or runs[name]["source"] != source
        if not {*chosen} - {"numbers"} or name in chosen or ("changed" in chosen and stale):
            runs[name] = record_network(name, *({"numbers"} & set(chosen)))[1]
        if name in runs:
            recorded["networks"][name] = runs[name]
    write(recorded)
