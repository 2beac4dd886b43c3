/** How far two runtimes are apart. */
import { expect } from "vitest";
import type { Tensors } from "./onnx.ts";

/** The largest difference of any element of a tensor, as a share of the tensor's largest element. */
export function expectClose(values: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-4): void {
  expect(values.length).toBe(wanted.length);
  let [largest, worst, at] = [1e-30, 0, 0];
  for (let i = 0; i < wanted.length; i++) {
    const want = wanted[i] ?? Number.NaN;
    const off = Math.abs((values[i] ?? Number.NaN) - want);
    largest = Math.max(largest, Math.abs(want));
    if (!(off <= worst)) [worst, at] = [off, i];
  }
  if (!(worst <= tolerance * largest))
    expect.fail(
      `element ${at} of ${wanted.length} is ${values[at]}, not ${wanted[at]}; the largest is ${largest}`,
    );
}

export function expectCloseTensors(values: Tensors, wanted: Tensors, tolerance = 1e-4): void {
  expect(Object.keys(values).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, tensor] of Object.entries(wanted)) expectClose(values[name] ?? [], tensor, tolerance);
}
