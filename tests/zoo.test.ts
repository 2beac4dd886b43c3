/** Every network of `examples/` against the published figures, exactly, and its layers' names against each other. */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type LayerSummary, type Summary, summarize } from "../server/src/core/cost/summary.ts";
import { diagnostics, networkGraph } from "../server/src/core/index.ts";
import { type Opened, openFile } from "./harness/open.ts";

interface Figures {
  readonly params: number;
  readonly macs: number;
}

/** Params: trainable. MACs: convolutions and linear layers, one image. Checked against torchvision and the papers. */
const figures: Readonly<Record<string, Readonly<Record<string, Figures>>>> = {
  "examples/alexnet.lwnet": {
    AlexNet2012: { params: 60_965_224, macs: 724_406_816 },
    AlexNet: { params: 61_100_840, macs: 714_188_480 },
  },
  "examples/convnext.lwnet": {
    ConvNeXt_Tiny: { params: 28_589_128, macs: 4_455_531_264 },
    ConvNeXt_Small: { params: 50_223_688, macs: 8_683_712_256 },
    ConvNeXt_Base: { params: 88_591_464, macs: 15_354_729_472 },
    ConvNeXt_Large: { params: 197_767_336, macs: 34_361_433_600 },
  },
  "examples/deeplab.lwnet": {
    DeepLabV3_ResNet50: { params: 39_638_869, macs: 168_731_205_888 },
  },
  "examples/densenet.lwnet": {
    DenseNet121: { params: 7_978_856, macs: 2_834_161_664 },
    DenseNet169: { params: 14_149_480, macs: 3_359_843_328 },
    DenseNet201: { params: 20_013_928, macs: 4_291_365_888 },
    DenseNet264: { params: 33_337_704, macs: 5_751_653_376 },
    DenseNet161: { params: 28_681_000, macs: 7_727_907_072 },
    DenseNet40_12: { params: 1_019_722, macs: 264_812_928 },
    DenseNet100_12: { params: 6_979_642, macs: 1_769_516_448 },
    DenseNet100_24: { params: 27_249_082, macs: 6_889_347_744 },
    DenseNetBC100_12: { params: 769_162, macs: 287_929_692 },
    DenseNetBC250_24: { params: 15_324_406, macs: 5_418_785_724 },
    DenseNetBC190_40: { params: 25_624_430, macs: 9_301_945_740 },
  },
  "examples/dsn.lwnet": {
    DSN: { params: 3_547_496, macs: 225_067_008 },
    DSNDeployed: { params: 966_986, macs: 222_486_528 },
  },
  "examples/efficientnet.lwnet": {
    EfficientNetB0: { params: 5_288_548, macs: 385_814_752 },
    EfficientNetB1: { params: 7_794_184, macs: 686_802_832 },
    EfficientNetB2: { params: 9_109_994, macs: 1_087_529_456 },
    EfficientNetB3: { params: 12_233_232, macs: 1_827_141_392 },
    EfficientNetB4: { params: 19_341_616, macs: 4_393_771_024 },
    EfficientNetB5: { params: 30_389_784, macs: 10_266_384_752 },
    EfficientNetB6: { params: 43_040_704, macs: 19_067_593_536 },
    EfficientNetB7: { params: 66_347_960, macs: 37_745_884_192 },
    EfficientNetV2_S: { params: 21_458_488, macs: 8_365_617_152 },
    EfficientNetV2_M: { params: 54_139_356, macs: 24_582_460_384 },
    EfficientNetV2_L: { params: 118_515_272, macs: 56_079_699_008 },
  },
  "examples/fcn.lwnet": {
    FCN_ResNet50: { params: 32_957_013, macs: 142_725_772_800 },
  },
  "examples/fpn.lwnet": {
    ResNet50_FPN: { params: 26_852_416, macs: 88_381_440_000 },
  },
  "examples/ghostnet.lwnet": {
    GhostNet: { params: 5_182_508, macs: 141_150_512 },
  },
  "examples/googlenet.lwnet": {
    GoogLeNet: { params: 6_624_904, macs: 1_498_376_192 },
    GoogLeNetAux: { params: 13_004_888, macs: 1_506_748_416 },
    GoogLeNet5x5: { params: 7_005_832, macs: 1_582_671_872 },
  },
  "examples/inception.lwnet": {
    InceptionV3: { params: 23_834_568, macs: 5_713_216_096 },
    InceptionV3Aux: { params: 27_161_264, macs: 5_718_899_296 },
  },
  "examples/lenet.lwnet": {
    LeNet5: { params: 61_706, macs: 416_520 },
  },
  "examples/mnasnet.lwnet": {
    MNASNet0_5: { params: 2_218_512, macs: 104_455_968 },
    MNASNet0_75: { params: 3_170_208, macs: 215_493_104 },
    MNASNet1_0: { params: 4_383_312, macs: 314_415_872 },
    MNASNet1_3: { params: 6_282_256, macs: 526_362_432 },
  },
  "examples/mobilenet.lwnet": {
    MobileNetV2: { params: 3_504_872, macs: 300_774_272 },
  },
  "examples/mobilenet_v1.lwnet": {
    MobileNetV1: { params: 4_231_976, macs: 568_740_352 },
    MobileNetV1_075: { params: 2_585_560, macs: 325_400_448 },
    MobileNetV1_050_160: { params: 1_331_592, macs: 76_524_800 },
    MobileNetV1_025: { params: 470_072, macs: 41_030_272 },
  },
  "examples/mobilenet_v3.lwnet": {
    MobileNetV3_Large: { params: 5_483_032, macs: 216_589_760 },
    MobileNetV3_Small: { params: 2_542_856, macs: 56_510_400 },
  },
  "examples/regnet.lwnet": {
    RegNetX_400MF: { params: 5_495_976, macs: 413_812_608 },
    RegNetX_800MF: { params: 7_259_656, macs: 799_699_712 },
    RegNetX_1_6GF: { params: 9_190_136, macs: 1_602_849_792 },
    RegNetX_3_2GF: { params: 15_296_552, macs: 3_176_621_952 },
    RegNetX_8GF: { params: 39_572_648, macs: 7_995_132_416 },
    RegNetX_16GF: { params: 54_278_536, macs: 15_940_755_456 },
    RegNetX_32GF: { params: 107_811_560, macs: 31_735_929_792 },
    RegNetY_400MF: { params: 4_344_144, macs: 401_842_848 },
    RegNetY_800MF: { params: 6_432_512, macs: 833_856_256 },
    RegNetY_1_6GF: { params: 11_202_430, macs: 1_612_076_160 },
    RegNetY_3_2GF: { params: 19_436_338, macs: 3_176_482_752 },
    RegNetY_8GF: { params: 39_381_472, macs: 8_473_070_592 },
    RegNetY_16GF: { params: 83_590_140, macs: 15_911_510_272 },
    RegNetY_32GF: { params: 145_046_770, macs: 32_279_552_832 },
  },
  "examples/resnet.lwnet": {
    ResNet18: { params: 11_689_512, macs: 1_814_073_344 },
    ResNet34: { params: 21_797_672, macs: 3_663_761_408 },
    ResNet50: { params: 25_557_032, macs: 4_089_184_256 },
    ResNet101: { params: 44_549_160, macs: 7_801_405_440 },
    ResNet152: { params: 60_192_808, macs: 11_513_626_624 },
    ResNet50_2015: { params: 25_557_032, macs: 3_857_973_248 },
    ResNet101_2015: { params: 44_549_160, macs: 7_570_194_432 },
    ResNet152_2015: { params: 60_192_808, macs: 11_282_415_616 },
    ResNet18A: { params: 11_515_688, macs: 1_794_805_760 },
    ResNet34A: { params: 21_623_848, macs: 3_644_493_824 },
    ResNet20: { params: 269_722, macs: 40_551_040 },
    ResNet32: { params: 464_154, macs: 68_862_592 },
    ResNet44: { params: 658_586, macs: 97_174_144 },
    ResNet56: { params: 853_018, macs: 125_485_696 },
    ResNet110: { params: 1_727_962, macs: 252_887_680 },
    ResNet1202: { params: 19_421_274, macs: 2_829_238_912 },
  },
  "examples/resnet_preact.lwnet": {
    PreActResNet110: { params: 1_727_962, macs: 252_887_680 },
    PreActResNet164: { params: 1_703_258, macs: 244_500_992 },
    PreActResNet1001: { params: 10_327_706, macs: 1_487_849_984 },
  },
  "examples/resnext.lwnet": {
    ResNeXt50_32x4d: { params: 25_028_904, macs: 4_230_479_872 },
    ResNeXt101_32x8d: { params: 88_791_336, macs: 16_414_015_488 },
    ResNeXt101_64x4d: { params: 83_455_272, macs: 15_460_270_080 },
  },
  "examples/senet.lwnet": {
    SEResNet50: { params: 28_088_024, macs: 4_091_699_200 },
    SEResNet101: { params: 49_326_872, macs: 7_806_148_608 },
  },
  "examples/shufflenet_v2.lwnet": {
    ShuffleNetV2_X0_5: { params: 1_366_792, macs: 40_476_448 },
    ShuffleNetV2_X1_0: { params: 2_278_604, macs: 144_907_992 },
    ShuffleNetV2_X1_5: { params: 3_503_624, macs: 295_759_392 },
    ShuffleNetV2_X2_0: { params: 7_393_996, macs: 583_253_464 },
  },
  "examples/squeezenet.lwnet": {
    SqueezeNet1_0: { params: 1_248_424, macs: 818_924_576 },
    SqueezeNet1_1: { params: 1_235_496, macs: 349_151_936 },
    SqueezeNetSimpleBypass: { params: 1_248_424, macs: 818_924_576 },
    SqueezeNetComplexBypass: { params: 1_589_672, macs: 1_165_298_720 },
  },
  "examples/unet.lwnet": {
    UNet: { params: 31_030_658, macs: 150_428_424_448 },
    UNetPadded: { params: 31_031_810, macs: 48_171_581_440 },
  },
  "examples/vgg.lwnet": {
    VGG11: { params: 132_863_336, macs: 7_609_090_048 },
    VGG13: { params: 133_047_848, macs: 11_308_466_176 },
    VGG16: { params: 138_357_544, macs: 15_470_264_320 },
    VGG19: { params: 143_667_240, macs: 19_632_062_464 },
    VGG11_BN: { params: 132_868_840, macs: 7_609_090_048 },
    VGG13_BN: { params: 133_053_736, macs: 11_308_466_176 },
    VGG16_BN: { params: 138_365_992, macs: 15_470_264_320 },
    VGG19_BN: { params: 143_678_248, macs: 19_632_062_464 },
  },
  "examples/vit.lwnet": {
    ViT_B_16: { params: 86_567_656, macs: 17_563_828_224 },
    ViT_B_32: { params: 88_224_232, macs: 4_409_186_304 },
    ViT_L_16: { params: 304_326_632, macs: 61_554_712_576 },
    ViT_L_32: { params: 306_535_400, macs: 15_377_539_072 },
    ViT_H_14: { params: 632_045_800, macs: 167_295_109_120 },
  },
  "examples/wide_resnet.lwnet": {
    WideResNet50_2: { params: 68_883_240, macs: 11_398_021_120 },
    WideResNet101_2: { params: 126_886_696, macs: 22_753_050_624 },
    WRN16_8: { params: 10_961_370, macs: 1_548_145_664 },
    WRN28_10: { params: 36_479_194, macs: 5_243_328_768 },
    WRN40_4: { params: 8_949_210, macs: 1_298_582_016 },
  },
  "examples/xception.lwnet": {
    Xception: { params: 22_855_952, macs: 8_357_403_496 },
  },
};

test("every example has figures, and every figure an example", () => {
  expect(globSync("examples/**/*.lwnet").sort()).toEqual(Object.keys(figures).sort());
});

const opened = new Map<string, Opened>();

/** A file of the repository, analysed once. */
function open(path: string): Opened {
  const known = opened.get(path) ?? openFile(path);
  opened.set(path, known);
  return known;
}

describe.each(Object.entries(figures))("%s", (path, networks) => {
  const { id, analysis, file } = open(path);

  test("has no problems", () => {
    expect(diagnostics(analysis, id)).toEqual([]);
  });

  test("gives the published counts", () => {
    const counts = file.networks.flatMap(({ name, instance }) =>
      instance ? [[name, { params: instance.cost.params, macs: instance.cost.macs }] as const] : [],
    );
    expect(Object.fromEntries(counts)).toEqual(networks);
  });

  test.each(Object.keys(networks))("%s: the layers add up to the totals", (name) => {
    const network = file.networks.find((n) => n.name === name);
    const summary = summaryOf(network && summarize(file, network));
    const sum = (of: (layer: LayerSummary) => number | string) =>
      summary.layers.reduce((total, layer) => total + Number(of(layer)), 0);
    expect(sum((l) => l.params)).toBe(summary.params);
    expect(sum((l) => l.macs)).toBe(summary.macs);
    expect(sum((l) => l.flops)).toBe(summary.flops);
    expect(sum((l) => l.activationBytes)).toBe(summary.activationBytes);
    expect(new Set(summary.layers.map((l) => l.name)).size).toBe(summary.layers.length);
  });
});

function summaryOf(made: ReturnType<typeof summarize> | undefined): Summary {
  if (!made || "problem" in made) throw new Error(made?.problem ?? "there is no such network");
  return made;
}

/** What torchvision's networks are made of, recorded by tests/data/record_torchvision.py. */
interface Recorded {
  readonly file: string;
  readonly params: number;
  /** Published multiply-adds, in units of 1e9. */
  readonly gmacs?: number;
  /** Of the names and shapes of the state_dict: how many, their digest and, for a few networks, themselves. */
  readonly count: number;
  readonly sha256: string;
  readonly tensors?: Readonly<Record<string, readonly number[]>>;
}

const recorded: Readonly<Record<string, Recorded>> = JSON.parse(
  readFileSync("tests/data/torchvision.json", "utf8"),
);

test.each(Object.entries(recorded))(
  "%s has torchvision's parameter names and shapes",
  (name, { file: path, params, gmacs, count, sha256, tensors }) => {
    const { id, analysis, file } = open(path);
    const graph = networkGraph(analysis, id, name);
    if ("problem" in graph) throw new Error(graph.problem);
    const weights = graph.nodes.flatMap((node) => node.weights.map((w) => [w.fullName, w.shape] as const));
    if (tensors) expect(Object.fromEntries(weights)).toEqual(tensors);
    expect(weights.length).toBe(count);
    const lines = weights.map(([fullName, shape]) => `${fullName} ${shape.join("x")}`).sort(byCodePoint);
    const digest = createHash("sha256").update(lines.join("\n")).digest("hex");
    expect(digest, `record_torchvision.py ${name} prints what it should be`).toBe(sha256);
    const cost = file.networks.find((network) => network.name === name)?.instance?.cost;
    expect(cost?.params).toBe(params);
    if (gmacs !== undefined) expect(Math.round(Number(cost?.macs) / 1e6) / 1e3).toBe(gmacs);
  },
);

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
