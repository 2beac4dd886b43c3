/** What one may choose of PyTorch source. */

export interface PytorchOptions {
  /** Whether the weights are written beside it, as safetensors; default: if they are given. */
  readonly weights?: boolean;
}
