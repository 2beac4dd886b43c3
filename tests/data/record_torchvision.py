"""Records names and shapes of torchvision's state_dicts: python record_torchvision.py > torchvision.json

Needs torch and torchvision; those kept here are of torch 2.15.0 and torchvision 0.29.2. Counters such as
num_batches_tracked hold no weights and are left out.
"""
import json

import torchvision.models as models

networks = {
    "VGG16": ("vgg", "vgg16"),
    "VGG19_BN": ("vgg", "vgg19_bn"),
    "SqueezeNet1_0": ("squeezenet", "squeezenet1_0"),
    "SqueezeNet1_1": ("squeezenet", "squeezenet1_1"),
    "ResNet18": ("resnet", "resnet18"),
    "ResNet34": ("resnet", "resnet34"),
    "ResNet50": ("resnet", "resnet50"),
    "DenseNet121": ("densenet", "densenet121"),
    "DenseNet161": ("densenet", "densenet161"),
    "MobileNetV2": ("mobilenet", "mobilenet_v2"),
}
recorded = {}
for name, (file, function) in networks.items():
    model = getattr(models, function)(weights=None)
    recorded[name] = {
        "file": f"examples/{file}.lwnet",
        "tensors": {
            key: list(value.shape)
            for key, value in model.state_dict().items()
            if not key.endswith("num_batches_tracked")
        },
    }
lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in recorded.items()]
print("{\n" + ",\n".join(lines) + "\n}")
