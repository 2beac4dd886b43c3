/** Figures as the report writes them. */

/** `0.042`, `0.42`, `23.4`: in milliseconds, without the unit. */
export function ms(value: number | undefined): string {
  if (value === undefined) return "–";
  const size = Math.abs(value);
  if (size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  return value.toFixed(size >= 0.9995 ? 2 : 3);
}

/** `+0.42`, `−0.42`. */
export function delta(value: number | undefined): string {
  if (value === undefined) return "–";
  return `${value < 0 ? "−" : "+"}${ms(Math.abs(value))}`;
}

export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return "<0.1 %";
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** `9.41K`, `1.23G`. */
export function count(value: number | undefined): string {
  if (value === undefined) return "–";
  if (value === 0) return "0";
  const magnitudes = ["", "K", "M", "G", "T", "P"];
  let [scaled, magnitude] = [value, 0];
  while (Number(scaled.toPrecision(3)) >= 1000 && magnitude < magnitudes.length - 1) {
    scaled /= 1000;
    magnitude++;
  }
  const text = magnitude === 0 && Number.isInteger(scaled) ? String(scaled) : scaled.toPrecision(3);
  return `${text}${magnitudes[magnitude]}`;
}

/** `1.61 MB`. */
export function bytes(value: number | undefined): string {
  return value === undefined ? "–" : `${count(value).replace(/([KMGTP]?)$/, " $1")}B`;
}

/** `40.8 GFLOP/s`, of 10⁹ a second. */
export function rate(giga: number, unit: string): string {
  return `${count(giga * 1e9).replace(/([KMGTP]?)$/, " $1")}${unit}/s`;
}

/** `25 Nov 2026, 14:32`, in the user's own time. */
export function moment(iso: string): string {
  return new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}
