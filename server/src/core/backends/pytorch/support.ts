/** What PyTorch has no module for, as it is written into the files that need it. */

const padded = (rank: string) => `class PaddedConv${rank}(nn.Conv${rank}):
    """A convolution whose input gets a padding of its own on each side."""

    def __init__(self, *args, pads, **kwargs):
        super().__init__(*args, **kwargs)
        self.pads = pads

    def forward(self, x):
        return super().forward(F.pad(x, self.pads))`;

const cut = (rank: string) => `class CutConvTranspose${rank}(nn.ConvTranspose${rank}):
    """A transposed convolution that cuts off an amount of its own on each side."""

    def __init__(self, *args, cut, **kwargs):
        super().__init__(*args, **kwargs)
        self.cut = [-cells for cells in cut]

    def forward(self, x):
        return F.pad(super().forward(x), self.cut)`;

const meanPool = (rank: string) => `def mean_pool${rank}(x, *args, pads, **kwargs):
    """Means over windows that count no cell of the padding."""
    sums = F.avg_pool${rank}(F.pad(x, pads), *args, **kwargs)
    return sums / F.avg_pool${rank}(F.pad(torch.ones_like(x), pads), *args, **kwargs)`;

const ranks = ["1d", "2d", "3d"];

const support: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ranks.map((rank) => [`PaddedConv${rank}`, padded(rank)])),
  ...Object.fromEntries(ranks.map((rank) => [`CutConvTranspose${rank}`, cut(rank)])),
  ...Object.fromEntries(ranks.map((rank) => [`mean_pool${rank}`, meanPool(rank)])),
  SelfAttention: `class SelfAttention(nn.MultiheadAttention):
    """Queries, keys and values are all made from the input."""

    def forward(self, x):
        return super().forward(x, x, x, need_weights=False)[0]`,
  AxisLayerNorm: `class AxisLayerNorm(nn.LayerNorm):
    """Layer normalisation along another axis than the last: 1 is the channels."""

    def __init__(self, *args, axis=1, **kwargs):
        super().__init__(*args, **kwargs)
        self.axis = axis

    def forward(self, x):
        return super().forward(x.transpose(self.axis, -1)).transpose(self.axis, -1)`,
  AxisLinear: `class AxisLinear(nn.Linear):
    """A linear layer along another axis than the last: 1 is the channels."""

    def __init__(self, *args, axis=1, **kwargs):
        super().__init__(*args, **kwargs)
        self.axis = axis

    def forward(self, x):
        return super().forward(x.transpose(self.axis, -1)).transpose(self.axis, -1)`,
  DropPath: `class DropPath(nn.Module):
    """Drops the whole branch of an image at random while training."""

    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        shape = [x.shape[0]] + [1] * (x.ndim - 1)
        kept = torch.rand(shape, device=x.device) >= self.p
        return x * kept / (1 - self.p)`,
  center_crop: `def center_crop(x, size):
    """The middle of an image."""
    height, width = (size, size) if isinstance(size, int) else size
    top = (x.shape[-2] - height) // 2
    left = (x.shape[-1] - width) // 2
    return x[:, :, top : top + height, left : left + width]`,
  shuffle_channels: `def shuffle_channels(x, groups):
    """Channels written as groups x n are read as n x groups."""
    parted = x.reshape(x.shape[0], groups, x.shape[1] // groups, -1)
    return parted.transpose(1, 2).reshape(x.shape)`,
};

export const supportNames = Object.keys(support);

/** What a text needs, in the order of the table. */
export function supportFor(text: string): string[] {
  return Object.entries(support).flatMap(([name, code]) =>
    new RegExp(`\\b${name}\\b`).test(text) ? [code] : [],
  );
}
