/** The colours of a picture. Values are CSS colours: of an editor they may be its variables. */
import type { Family } from "../ops/operator.ts";

/** Of figures. */
export const themeNames = ["light", "dark", "paper"] as const;
/** Views in an editor with high contrast have two more. */
export type ThemeName = (typeof themeNames)[number] | "contrastDark" | "contrastLight";

export interface Theme {
  readonly background: string;
  readonly text: string;
  /** Of what is read second: shapes, layers drawn along. */
  readonly muted: string;
  readonly line: string;
  readonly dense: readonly string[];
  readonly box: Tint;
  readonly frame: string;
  readonly plain: Tint;
  readonly families: Readonly<Partial<Record<Family, Tint>>>;
  readonly fault: string;
  /** What a share of the cost is tinted with. */
  readonly heat: string;
}

interface Tint {
  readonly fill: string;
  readonly stroke: string;
}

const tint = (fill: string, stroke: string): Tint => ({ fill, stroke });

const light: Theme = {
  background: "#ffffff",
  text: "#1f2328",
  muted: "#5b6570",
  line: "#57606a",
  dense: ["#c2410c", "#0f766e", "#7c3aed", "#a16207", "#0369a1", "#be185d"],
  box: tint("#f3f5f8", "#98a3b0"),
  frame: "#f3f5f899",
  plain: tint("#ffffff", "#8b949e"),
  families: {
    convolution: tint("#dbeafe", "#4b7fc9"),
    linear: tint("#e9ddfb", "#8a63c7"),
    attention: tint("#d5f2ec", "#3c9383"),
    pooling: tint("#fde3cf", "#cd7f3f"),
    resampling: tint("#fde3cf", "#cd7f3f"),
    normalization: tint("#eef0e2", "#8d9360"),
    activation: tint("#eef0e2", "#8d9360"),
    embedding: tint("#fae0ec", "#b9628c"),
  },
  fault: "#c5221f",
  heat: "#e8590c",
};

const dark: Theme = {
  background: "#1f1f1f",
  text: "#e4e6ea",
  muted: "#a3adb8",
  line: "#a0a8b2",
  dense: ["#fb923c", "#2dd4bf", "#a78bfa", "#facc15", "#38bdf8", "#f472b6"],
  box: tint("#2b2f36", "#6b7684"),
  frame: "#2b2f3666",
  plain: tint("#26282c", "#7d8590"),
  families: {
    convolution: tint("#1d3557", "#6ea4e8"),
    linear: tint("#372a54", "#ab8be0"),
    attention: tint("#16413a", "#56b8a5"),
    pooling: tint("#4d3018", "#df9a5e"),
    resampling: tint("#4d3018", "#df9a5e"),
    normalization: tint("#36381f", "#aab078"),
    activation: tint("#36381f", "#aab078"),
    embedding: tint("#4a2438", "#d984ac"),
  },
  fault: "#f85149",
  heat: "#e8590c",
};

/** For print: no background, black text, tints that stay apart in grey. */
const paper: Theme = {
  ...light,
  background: "none",
  text: "#000000",
  muted: "#404040",
  line: "#202020",
  box: tint("#f2f2f2", "#606060"),
  frame: "#f7f7f7",
  plain: tint("#ffffff", "#404040"),
};

/** The same strong line around everything; families are told by their titles. */
function contrast(background: string, text: string, base: Theme): Theme {
  const same = tint(background, text);
  return {
    ...base,
    background,
    text,
    muted: text,
    line: text,
    box: same,
    frame: "none",
    plain: same,
    families: {},
  };
}

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light,
  dark,
  paper,
  contrastDark: contrast("#000000", "#ffffff", dark),
  contrastLight: contrast("#ffffff", "#000000", light),
};
