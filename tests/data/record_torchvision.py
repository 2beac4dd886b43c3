"""Records what torchvision's networks are made of: python record_torchvision.py > torchvision.json

For each network: its parameters, its published multiply-adds in units of 1e9 (the weights' `_ops`, where they are of
this network and image size), and a digest of the names and shapes of its state_dict. A few small ones have these in
full. Counters such as num_batches_tracked hold no weights and are left out.

With the name of a network as argument, prints the lines that its digest is made of.

Needs torch and torchvision; what is kept here is of torch 2.15.0 and torchvision 0.29.2.
"""
import hashlib
import json
import sys

import torch
import torchvision.models as models
from torchvision.models.detection.backbone_utils import resnet_fpn_backbone

# Our name: file, torchvision's name, arguments, whether the tensors are recorded in full.
networks = {
    "AlexNet": ("alexnet", "alexnet", {}, True),
    "VGG16": ("vgg", "vgg16", {}, True),
    **{f"VGG{n}": ("vgg", f"vgg{n}", {}, False) for n in (11, 13, 19)},
    **{f"VGG{n}_BN": ("vgg", f"vgg{n}_bn", {}, False) for n in (11, 13, 16, 19)},
    "SqueezeNet1_0": ("squeezenet", "squeezenet1_0", {}, True),
    "SqueezeNet1_1": ("squeezenet", "squeezenet1_1", {}, False),
    "ResNet18": ("resnet", "resnet18", {}, True),
    **{f"ResNet{n}": ("resnet", f"resnet{n}", {}, False) for n in (34, 50, 101, 152)},
    "ResNeXt50_32x4d": ("resnext", "resnext50_32x4d", {}, False),
    "ResNeXt101_32x8d": ("resnext", "resnext101_32x8d", {}, False),
    "ResNeXt101_64x4d": ("resnext", "resnext101_64x4d", {}, False),
    "WideResNet50_2": ("wide_resnet", "wide_resnet50_2", {}, False),
    "WideResNet101_2": ("wide_resnet", "wide_resnet101_2", {}, False),
    "DenseNet121": ("densenet", "densenet121", {}, True),
    **{f"DenseNet{n}": ("densenet", f"densenet{n}", {}, False) for n in (161, 169, 201)},
    "GoogLeNet": ("googlenet", "googlenet", {"aux_logits": False, "init_weights": False}, False),
    "GoogLeNetAux": ("googlenet", "googlenet", {"aux_logits": True, "init_weights": False}, True),
    "InceptionV3": ("inception", "inception_v3", {"aux_logits": False, "init_weights": False}, False),
    "InceptionV3Aux": ("inception", "inception_v3", {"aux_logits": True, "init_weights": False}, True),
    "MobileNetV2": ("mobilenet", "mobilenet_v2", {}, True),
    "MobileNetV3_Small": ("mobilenet_v3", "mobilenet_v3_small", {}, True),
    "MobileNetV3_Large": ("mobilenet_v3", "mobilenet_v3_large", {}, False),
    "MNASNet0_5": ("mnasnet", "mnasnet0_5", {}, True),
    **{f"MNASNet{n}": ("mnasnet", f"mnasnet{n}", {}, False) for n in ("0_75", "1_0", "1_3")},
    "ShuffleNetV2_X0_5": ("shufflenet_v2", "shufflenet_v2_x0_5", {}, True),
    **{
        f"ShuffleNetV2_X{n}": ("shufflenet_v2", f"shufflenet_v2_x{n}", {}, False)
        for n in ("1_0", "1_5", "2_0")
    },
    "ConvNeXt_Tiny": ("convnext", "convnext_tiny", {}, True),
    **{f"ConvNeXt_{n}": ("convnext", f"convnext_{n.lower()}", {}, False) for n in ("Small", "Base", "Large")},
    "ViT_B_16": ("vit", "vit_b_16", {}, True),
    **{f"ViT_{n}": ("vit", f"vit_{n.lower()}", {}, False) for n in ("B_32", "L_16", "L_32", "H_14")},
    "FCN_ResNet50": ("fcn", "fcn_resnet50", {"aux_loss": False, "weights_backbone": None}, False),
    "DeepLabV3_ResNet50": (
        "deeplab",
        "deeplabv3_resnet50",
        {"aux_loss": False, "weights_backbone": None},
        False,
    ),
    "ResNet50_FPN": ("fpn", "resnet50_fpn", {}, False),
    "EfficientNetB0": ("efficientnet", "efficientnet_b0", {}, True),
    **{f"EfficientNetB{n}": ("efficientnet", f"efficientnet_b{n}", {}, False) for n in range(1, 8)},
    **{f"EfficientNetV2_{n}": ("efficientnet", f"efficientnet_v2_{n.lower()}", {}, False) for n in "SML"},
    "RegNetY_400MF": ("regnet", "regnet_y_400mf", {}, True),
    **{
        f"RegNet{n}": ("regnet", f"regnet_{n.lower()}", {}, False)
        for n in (
            *("X_400MF", "X_800MF", "X_1_6GF", "X_3_2GF", "X_8GF", "X_16GF", "X_32GF"),
            *("Y_800MF", "Y_1_6GF", "Y_3_2GF", "Y_8GF", "Y_16GF", "Y_32GF"),
        )
    },
}


def build(function, arguments):
    if function == "resnet50_fpn":
        # As in torchvision's detectors, with a trainable batch normalisation.
        return resnet_fpn_backbone(backbone_name="resnet50", weights=None, norm_layer=torch.nn.BatchNorm2d)
    return models.get_model(function, weights=None, **arguments)


def state_of(model):
    """The weights of a network by their names; those of the pyramid's backbone without the prefix `body`."""
    return {
        key.removeprefix("body."): value
        for key, value in model.state_dict().items()
        if not key.endswith("num_batches_tracked")
    }


def published(function, arguments):
    """The multiply-adds of the first weights that are for the network's own image size; None where there are none."""
    # GoogLeNet's and Inception's are without the auxiliary classifiers, those of segmentation with them.
    if function == "resnet50_fpn" or arguments.get("aux_logits") or "aux_loss" in arguments:
        return None
    weights = models.get_model_weights(function)
    # The first ones of ViT-H are for larger images.
    return list(weights)[-1 if function == "vit_h_14" else 0].meta["_ops"]


def tensors_of(function, arguments):
    # Without memory for the weights, but where a network computes its widths by tensors.
    with torch.device("cpu" if function.startswith("regnet") else "meta"):
        model = build(function, arguments)
    tensors = {key: list(value.shape) for key, value in state_of(model).items()}
    return tensors, sum(p.numel() for p in model.parameters())


def lines_of(tensors):
    return sorted(f"{key} {'x'.join(map(str, shape))}" for key, shape in tensors.items())


def record(name):
    file, function, arguments, full = networks[name]
    tensors, params = tensors_of(function, arguments)
    digest = hashlib.sha256("\n".join(lines_of(tensors)).encode()).hexdigest()
    entry = {"file": f"examples/{file}.lwnet", "params": params, "count": len(tensors), "sha256": digest}
    if gmacs := published(function, arguments):
        entry["gmacs"] = gmacs
    if full:
        entry["tensors"] = tensors
    return entry


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print("\n".join(lines_of(tensors_of(*networks[sys.argv[1]][1:3])[0])))
    else:
        entries = (f"{json.dumps(n)}:{json.dumps(record(n), separators=(',', ':'))}" for n in networks)
        print("{\n" + ",\n".join(entries) + "\n}")
