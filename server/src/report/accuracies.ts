/**
 * How often published networks are right on ImageNet's validation set, so that times can be held against it. A figure
 * goes to a network of the same name with the same number of parameters: to none that was changed.
 */
export interface Accuracy {
  /** Percent. */
  readonly top1: number;
  readonly top5?: number;
  readonly source: string;
}

const torchvision = "torchvision's documentation, IMAGENET1K_V1";
const densenet = "Huang et al., 2017, table 3, one crop";
const squeezenet = "Iandola et al., 2016, tables 2 and 3";

/** Name, parameters, top 1, top 5, source. */
const rows: readonly (readonly [string, number, number, number | undefined, string])[] = [
  ["AlexNet", 61_100_840, 56.52, 79.07, torchvision],
  ["AlexNet2012", 60_965_224, 57.2, 80.3, squeezenet],
  ["SqueezeNet1_0", 1_248_424, 57.5, 80.3, squeezenet],
  ["SqueezeNetSimpleBypass", 1_248_424, 60.4, 82.5, squeezenet],
  ["SqueezeNetComplexBypass", 1_589_672, 58.8, 82.0, squeezenet],
  ["SqueezeNet1_1", 1_235_496, 58.18, 80.62, torchvision],
  ["DenseNet121", 7_978_856, 74.98, 92.29, densenet],
  ["DenseNet169", 14_149_480, 76.2, 93.15, densenet],
  ["DenseNet201", 20_013_928, 77.42, 93.66, densenet],
  ["DenseNet264", 33_337_704, 77.85, 93.88, densenet],
  ["DenseNet161", 28_681_000, 77.14, 93.56, torchvision],
  ["ResNet18", 11_689_512, 69.76, 89.08, torchvision],
  ["ResNet34", 21_797_672, 73.31, 91.42, torchvision],
  ["ResNet50", 25_557_032, 76.13, 92.86, torchvision],
  ["ResNet101", 44_549_160, 77.37, 93.55, torchvision],
  ["ResNet152", 60_192_808, 78.31, 94.05, torchvision],
  ["VGG11", 132_863_336, 69.02, 88.63, torchvision],
  ["VGG13", 133_047_848, 69.93, 89.25, torchvision],
  ["VGG16", 138_357_544, 71.59, 90.38, torchvision],
  ["VGG19", 143_667_240, 72.38, 90.88, torchvision],
  ["GoogLeNet", 6_624_904, 69.78, 89.53, torchvision],
  ["InceptionV3", 23_834_568, 77.29, 93.45, torchvision],
  ["MobileNetV1", 4_231_976, 70.6, undefined, "Howard et al., 2017, table 8"],
  ["MobileNetV2", 3_504_872, 71.88, 90.29, torchvision],
  ["MobileNetV3_Large", 5_483_032, 74.04, 91.34, torchvision],
  ["MobileNetV3_Small", 2_542_856, 67.67, 87.4, torchvision],
  ["MNASNet1_0", 4_383_312, 73.46, 91.51, torchvision],
  ["ShuffleNetV2_X0_5", 1_366_792, 60.55, 81.75, torchvision],
  ["ShuffleNetV2_X1_0", 2_278_604, 69.36, 88.32, torchvision],
  ["ResNeXt50_32x4d", 25_028_904, 77.62, 93.7, torchvision],
  ["ResNeXt101_32x8d", 88_791_336, 79.31, 94.53, torchvision],
  ["WideResNet50_2", 68_883_240, 78.47, 94.09, torchvision],
  ["WideResNet101_2", 126_886_696, 78.85, 94.28, torchvision],
  ["EfficientNetB0", 5_288_548, 77.69, 93.53, torchvision],
  ["ConvNeXt_Tiny", 28_589_128, 82.52, 96.15, torchvision],
  ["ConvNeXt_Small", 50_223_688, 83.62, 96.65, torchvision],
  ["ViT_B_16", 86_567_656, 81.07, 95.32, torchvision],
];

export function accuracyOf(network: string, params: number): Accuracy | undefined {
  const row = rows.find(([name, count]) => name === network && count === params);
  if (!row) return undefined;
  const [, , top1, top5, source] = row;
  return { top1, ...(top5 === undefined ? {} : { top5 }), source };
}
