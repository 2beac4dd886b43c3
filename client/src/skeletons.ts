/** What a new file may begin with: each is a whole file without errors. The name `Net` is what is typed over first. */

export interface Skeleton {
  readonly id: "classifier" | "residual" | "dense" | "blocks" | "empty";
  readonly label: string;
  readonly detail: string;
  readonly text: string;
}

export const skeletons: readonly Skeleton[] = [
  {
    id: "classifier",
    label: "$(layers) Classifier",
    detail: "Convolutions, a pooling, a linear layer",
    text: `network Net(classes: int = 10) {
  input image: [3, 32, 32]
  conv(32, kernel: 3, bias: false) -> bn -> relu
  conv(64, kernel: 3, bias: false) -> bn -> relu
  max_pool(2)
  conv(128, kernel: 3, bias: false) -> bn -> relu
  global_avg_pool -> flatten -> linear(classes)
  output logits
}
`,
  },
  {
    id: "residual",
    label: "$(git-merge) Residual Network",
    detail: "Stages of a unit that adds to its input, as in ResNet",
    text: `block unit(width: int, stride: int = 1) {
  residual {
    conv(width, kernel: 3, stride: stride, bias: false) -> bn -> relu
    conv(width, kernel: 3, bias: false) -> bn
  } shortcut when stride != 1 or in.channels != width {
    conv(width, kernel: 1, stride: stride, bias: false) -> bn
  }
  relu
}

network Net(classes: int = 10) {
  input image: [3, 32, 32]
  conv(16, kernel: 3, bias: false) -> bn -> relu
  repeat 3 { unit(16) }
  for width in [32, 64] {
    unit(width, stride: 2)
    repeat 2 { unit(width) }
  }
  global_avg_pool -> flatten -> linear(classes)
  output logits
}
`,
  },
  {
    id: "dense",
    label: "$(list-tree) Dense Network",
    detail: "Each layer sees all before it, as in DenseNet",
    text: `const growth = 12

block layer(k: int) {
  bn -> relu -> conv(k, kernel: 3, bias: false)
}

block transition(compression: float = 0.5) {
  bn -> relu -> conv(floor(in.channels * compression), kernel: 1, bias: false) -> avg_pool(2)
}

network Net(classes: int = 10) {
  input image: [3, 32, 32]
  conv(2 * growth, kernel: 3, bias: false)
  repeat 6 { dense { layer(growth) } }
  transition
  repeat 6 { dense { layer(growth) } }
  bn -> relu -> global_avg_pool -> flatten -> linear(classes)
  output logits
}
`,
  },
  {
    id: "blocks",
    label: "$(package) Blocks",
    detail: "Blocks for other files to import",
    text: `/// A convolution, normalised and activated.
block unit(width: int, kernel: int = 3, stride: int = 1) {
  conv(width, kernel: kernel, stride: stride, bias: false) -> bn -> relu
}
`,
  },
  { id: "empty", label: "$(file) Empty File", detail: "Nothing at all", text: "" },
];
