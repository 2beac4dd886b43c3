/** A long file as nobody writes it but everybody fears it: families of blocks, each with networks that use them. */

/** About `lines` lines: every family has a residual, a dense and a Fire-like block, and two networks. */
export function longFile(lines: number): string {
  const families: string[] = [];
  let count = 0;
  for (let i = 0; count < lines; i++) {
    const text = family(i);
    families.push(text);
    count += text.split("\n").length;
  }
  return families.join("\n");
}

function family(i: number): string {
  const width = 16 + 8 * (i % 4);
  return `/// Unit ${i}: two convolutions and a shortcut.
block unit${i}(planes: int, stride: int = 1) {
  residual {
    conv1: conv(planes, kernel: 3, stride: stride, bias: false) -> bn1: bn -> relu
    conv2: conv(planes, kernel: 3, bias: false) -> bn2: bn
  } shortcut when stride != 1 or in.channels != planes {
    downsample: { conv(planes, kernel: 1, stride: stride, bias: false) -> bn }
  }
  relu
}

/// Layer ${i} of a dense block.
block layer${i}(k: int) {
  norm1: bn -> relu -> conv1: conv(4 * k, kernel: 1, bias: false)
  norm2: bn -> relu -> conv2: conv(k, kernel: 3, bias: false)
}

block fire${i}(squeeze: int, expand: int) {
  require squeeze < 2 * expand, "it must squeeze"
  squeeze: conv(squeeze, kernel: 1) -> relu
  concat {
    branch { conv(expand, kernel: 1) -> relu }
    branch { conv(expand, kernel: 3) -> relu }
  }
}

network Residual${i}(units: list = [2, 2, 3], classes: int = 10) {
  input image: [3, 64, 64]
  stem: conv(${width}, kernel: 3, bias: false) -> bn -> relu
  for s, n in units {
    \`stage{s + 1}\`: repeat n as j { unit${i}(${width} * [1, 2, 4][s], stride: 2 if s > 0 and j == 0 else 1) }
  }
  expect [${width * 4}, 16, 16]
  global_avg_pool -> flatten
  fc: linear(classes)
  output logits
}

network Dense${i}(k: int = ${4 + (i % 5)}, layers: int = 6) {
  input image: [3, 64, 64]
  conv(2 * k, kernel: 3, stride: 2, bias: false)
  repeat layers as j { \`denselayer{j + 1}\`: dense { layer${i}(k) } }
  conv(it.channels div 2, kernel: 1, bias: false) -> avg_pool(2, stride: 2)
  fire${i}(8, 16) -> fire${i}(16, 32)
  global_avg_pool -> flatten
  fc: linear(10)
  output logits
}
`;
}
