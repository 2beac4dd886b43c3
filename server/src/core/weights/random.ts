/**
 * Pseudo-random numbers that depend on a seed and a name alone: the same on every machine, whatever was drawn
 * before. Uses integer arithmetic, multiplication and square roots only, which IEEE 754 fixes to the last bit.
 */

export interface UniformStream {
  /** Fills an array with the next numbers of the stream, uniform in (−bound, bound). */
  (target: Float32Array, bound: number): void;
  /** Where the stream is: one can go back to it. */
  state: State;
}

/** A stream of its own for each pair of seed and name. */
export function uniformStream(seed: number, name: string): UniformStream {
  const next = (target: Float32Array, bound: number): void => {
    const { state } = stream;
    // sfc32 (Chris Doty-Humphrey), its state in local variables: this loop makes every weight there is.
    // `| 0` tells the engine that they are integers before the loop begins: it is five times as fast then.
    let a = state[0] | 0;
    let b = state[1] | 0;
    let c = state[2] | 0;
    let counter = state[3] | 0;
    const scale = bound / 2 ** 31;
    for (let i = 0; i < target.length; i++) {
      const t = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (c << 21) | (c >>> 11);
      c = (c + t) | 0;
      target[i] = (t + 0.5) * scale;
    }
    stream.state = [a, b, c, counter];
  };
  const stream: UniformStream = Object.assign(next, { state: hash128(`${seed}:${name}`) });
  return stream;
}

type State = readonly [number, number, number, number];

/** Four 32-bit words of a text: FNV-1a from four starting points, each mixed as MurmurHash3 ends. */
function hash128(text: string): State {
  const words: [number, number, number, number] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    for (let w = 0; w < 4; w++) words[w] = Math.imul((words[w] ?? 0) ^ unit, 0x01000193);
  }
  return [mix(words[0]), mix(words[1]), mix(words[2]), mix(words[3])];
}

function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
