"""Records weight files as PyTorch's safetensors package and the onnx package write them, and what PyTorch computes with
them: python tests/data/record_weights.py. Needs torch, safetensors, numpy and onnx; what is kept here is of torch 2.15.0,
safetensors 0.8.0.

weights.safetensors has a type of its own for every kind of tensor; weights.onnx has a way of its own of keeping values
for each, the last in weights.onnx.data."""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import save_file
from torch import nn

here = Path(__file__).parent


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.act = nn.PReLU(4)
        self.down = nn.Conv2d(4, 4, 3, stride=2, padding=1, groups=2, bias=False)
        self.fc = nn.Linear(4, 5)

    def forward(self, x):
        x = self.act(self.norm(self.stem(x)))
        return self.fc(self.down(x).mean((2, 3)))


torch.manual_seed(7)
net = Net().eval()
with torch.no_grad():
    for tensor in net.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand_like(tensor) + 0.1 if tensor.ndim == 1 else torch.randn_like(tensor))

types = {"stem.weight": torch.float16, "down.weight": torch.bfloat16, "fc.weight": torch.float64}
state = {name: t.to(types.get(name, t.dtype)).contiguous() for name, t in net.state_dict().items()}
net.load_state_dict(state)
save_file(state, here / "weights.safetensors", metadata={"format": "pt"})

# The same in an ONNX file: in floats, in integers, in doubles, raw and beside the model.
tensors = []
for name, tensor in state.items():
    if not tensor.is_floating_point():
        continue
    dims, values = list(tensor.shape), tensor.double().flatten().tolist()
    match name:
        case "stem.weight":
            made = helper.make_tensor(name, TensorProto.FLOAT16, dims, values)
            assert made.int32_data
        case "down.weight":
            made = helper.make_tensor(name, TensorProto.BFLOAT16, dims, values)
        case "fc.weight":
            made = helper.make_tensor(name, TensorProto.DOUBLE, dims, values)
            assert made.double_data
        case "stem.bias":
            made = helper.make_tensor(name, TensorProto.FLOAT, dims, values)
            assert made.float_data
        case "act.weight":
            made = numpy_helper.from_array(np.array(values, np.float32).reshape(4, 1, 1), name)
        case _:
            made = numpy_helper.from_array(tensor.float().numpy(), name)
    tensors.append(made)
last = next(t for t in tensors if t.name == "fc.bias")
(here / "weights.onnx.data").write_bytes(bytes(16) + last.raw_data)
onnx.external_data_helper.set_external_data(last, "weights.onnx.data", offset=16, length=len(last.raw_data))
last.ClearField("raw_data")
graph = helper.make_graph([], "net", [], [], initializer=tensors)
(here / "weights.onnx").write_bytes(helper.make_model(graph).SerializeToString())

x = torch.rand(1, 3, 6, 6)
y = net(x)
vectors = {name: [round(v, 7) for v in t.flatten().tolist()] for name, t in {"x": x, "y": y}.items()}
(here / "weights.json").write_text(json.dumps({**vectors}) + "\n")
