/** A picture as a network takes it: scaled, cropped to the middle, channels first, normalised. */
import { decode, type Image } from "image-js";
import Pica from "pica";

export interface ImageSize {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** What is taken from each channel of a picture between 0 and 1, and what the rest is divided by. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What the networks of torchvision, and most that were trained on ImageNet, expect. */
export const imageNet: Normalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
/** To numbers from -1 to 1, for pictures of other than three channels. */
export const symmetric: Normalization = { mean: [0.5], std: [0.5] };

export const normalizationFor = (channels: number): Normalization => (channels === 3 ? imageNet : symmetric);

/** As is usual for evaluation, the shorter side is scaled so that the crop leaves an eighth of it out. */
const cropShare = 0.875;

export type Picture = ReturnType<typeof decodePicture>;

/** A PNG, JPEG, TIFF or BMP in 8 bits with four channels, or what is wrong with it. */
export function decodePicture(bytes: Uint8Array): { readonly image: Image } | { readonly problem: string } {
  try {
    return { image: decode(bytes).convertBitDepth(8).convertColor("RGBA") };
  } catch {
    return { problem: "is no picture that can be read: PNG, JPEG, TIFF and BMP are" };
  }
}

/** The numbers that the network gets. */
export async function imageValues(
  image: Image,
  size: ImageSize,
  { mean, std }: Normalization,
): Promise<Float32Array> {
  const { channels, height, width } = size;
  const exact = image.width === width && image.height === height;
  const pixels = exact ? (image.getRawImage().data as Uint8Array) : await fitted(image, width, height);
  const values = new Float32Array(channels * height * width);
  const area = height * width;
  for (let channel = 0; channel < channels; channel++) {
    const [shift, scale] = [at(mean, channel), at(std, channel)];
    for (let i = 0; i < area; i++) {
      const level = channels === 1 ? luminance(pixels, i * 4) : (pixels[i * 4 + channel] ?? 0);
      values[channel * area + i] = (level / 255 - shift) / scale;
    }
  }
  return values;
}

/** Scaled by a filter that takes every pixel into account, then cut out of the middle. */
async function fitted(image: Image, width: number, height: number): Promise<Uint8Array> {
  const scale = Math.max(width / image.width, height / image.height) / cropShare;
  const scaledWidth = Math.max(width, Math.round(image.width * scale));
  const scaledHeight = Math.max(height, Math.round(image.height * scale));
  const scaled = await Pica({ features: ["js"] }).resizeBuffer({
    src: image.getRawImage().data as Uint8Array,
    width: image.width,
    height: image.height,
    toWidth: scaledWidth,
    toHeight: scaledHeight,
    filter: "hamming",
  });
  const [left, top] = [(scaledWidth - width) >> 1, (scaledHeight - height) >> 1];
  const cut = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const start = ((y + top) * scaledWidth + left) * 4;
    cut.set(scaled.subarray(start, start + width * 4), y * width * 4);
  }
  return cut;
}

/** One value stands for all channels. */
function at(values: readonly number[], channel: number): number {
  return values[values.length === 1 ? 0 : channel] ?? 0;
}

/** ITU-R BT.601, as most libraries turn colours to grey. */
function luminance(pixels: Uint8Array, at: number): number {
  const [r = 0, g = 0, b = 0] = pixels.subarray(at, at + 3);
  return 0.299 * r + 0.587 * g + 0.114 * b;
}
