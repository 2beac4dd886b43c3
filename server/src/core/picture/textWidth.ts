/**
 * About how wide a text is in a sans-serif font, without one: advance widths of Helvetica and Arial in thousandths of the
 * size, and more for the wider fonts that take their place.
 */
const narrow: Readonly<Record<number, string>> = {
  222: "ijl'|",
  278: " !.,:;/\\[]()It/f·",
  333: "-r()",
  500: "cksvxyzJ",
  556: "abdeghnopquL0123456789?_$#",
  584: "+=<>×~",
  611: "FTZ",
  667: "ABEKPSVXY&",
  722: "CDHNRUw",
  778: "GOQ",
  833: "mM",
  889: "%",
  944: "W",
};

const widths = new Map(
  Object.entries(narrow).flatMap(([width, letters]) =>
    [...letters].map((letter) => [letter, Number(width)] as const),
  ),
);

const unknown = 600;
/** Of letters that no alphabet spaces out: `…` and ideographs. */
const wide = 1000;
const slack = 1.13;

export function textWidth(text: string, size: number, bold = false): number {
  let thousandths = 0;
  for (const letter of text)
    thousandths += widths.get(letter) ?? ((letter.codePointAt(0) ?? 0) > 0x2000 ? wide : unknown);
  return (thousandths / 1000) * size * slack * (bold ? 1.07 : 1);
}
