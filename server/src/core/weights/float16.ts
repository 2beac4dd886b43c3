/** Numbers of 16 bits (IEEE 754 binary16), by integer arithmetic: not every engine that runs us has them. */

const largest = 0x7bff;

/**
 * Rounds to the nearest, ties to even. What is beyond ±65504 is cut to it; gives how many values were.
 */
export function toFloat16(values: Float32Array, target: Uint16Array): number {
  const single = new Float32Array(1);
  const bits = new Uint32Array(single.buffer);
  let cut = 0;
  for (let i = 0; i < values.length; i++) {
    single[0] = values[i] ?? 0;
    const word = bits[0] ?? 0;
    const sign = (word >>> 16) & 0x8000;
    const rest = word & 0x7fffffff;
    if (rest > 0x7f800000) target[i] = sign | 0x7e00;
    else if (rest >= 0x477ff000) {
      cut++;
      target[i] = sign | largest;
    } else if (rest >= 0x38800000) {
      // The exponent's bias goes from 127 to 15, and 13 bits of the fraction are rounded off.
      target[i] = sign | ((rest - 0x38000000 + 0xfff + ((rest >>> 13) & 1)) >>> 13);
    } else {
      // Below 2^−14 steps are 2^−24 wide, which is what single precision has just above a half.
      single[0] = Math.abs(values[i] ?? 0) + 0.5;
      target[i] = sign | ((bits[0] ?? 0) - 0x3f000000);
    }
  }
  return cut;
}
