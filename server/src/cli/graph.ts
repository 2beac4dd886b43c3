/** `lwnet graph FILE[#Network]`: the network as a figure. */
import { stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { NetworkAnalysis } from "../core/analysis.ts";
import { type Look, pictureOf } from "../core/picture/firstLook.ts";
import { pictureJson } from "../core/picture/json.ts";
import { nodesOf, type Picture } from "../core/picture/picture.ts";
import { type Direction, placePicture } from "../core/picture/place.ts";
import type { Metric } from "../core/picture/shares.ts";
import { pictureSvg } from "../core/picture/svg.ts";
import { type ThemeName, themes } from "../core/picture/themes.ts";
import { didYouMean, nearestName } from "../core/sema/suggest.ts";
import { createLayoutEngine } from "../host/layout.ts";
import { writeFiles } from "../host/node/writeFiles.ts";
import { chosenNetwork, load, requireClean } from "./targets.ts";
import { CommandError, exitCodes, interruptible, print } from "./terminal.ts";

export interface GraphOptions {
  readonly output?: string;
  /** `all`, a number of levels, or names of boxes. */
  readonly unfold?: readonly string[];
  readonly theme: ThemeName;
  readonly color?: Metric;
  readonly direction: Direction;
  readonly everyLayer?: boolean;
}

export async function graphCommand(file: string, options: GraphOptions): Promise<number> {
  const loaded = await load([file]);
  requireClean(loaded);
  const { network } = chosenNetwork(loaded);
  const picture = unfolded(network, options);
  const output = await outputPath(options.output, network.name);
  const isJson = extname(output) === ".json";
  const text = isJson
    ? `${JSON.stringify(pictureJson(picture), undefined, 2)}\n`
    : await interruptible((signal) => svgOf(picture, options, signal));
  const bytes = new TextEncoder().encode(text);
  const artifact = { name: basename(output), size: bytes.length, chunks: () => [bytes] };
  const written = await writeFiles(dirname(output), [artifact]);
  if (!written.ok) throw new CommandError(written.message, exitCodes.failed);
  print(`${network.name}: wrote ${output}`);
  return exitCodes.clean;
}

async function svgOf(
  picture: Picture,
  { theme, color, direction }: GraphOptions,
  signal: AbortSignal,
): Promise<string> {
  const placed = await placePicture(picture, createLayoutEngine(), { direction, signal });
  return `${pictureSvg(placed, { theme: themes[theme], ...(color ? { color } : {}) })}\n`;
}

/** Nodes that a figure may have: more are neither read nor laid out in reasonable time. */
const mostNodes = 10_000;

function unfolded(network: NetworkAnalysis, { unfold = [], everyLayer = false }: GraphOptions): Picture {
  const [first] = unfold;
  const layers = network.instance?.layerCount ?? 0;
  if (first === "all" && layers > mostNodes)
    throw new CommandError(
      `${network.name} has ${layers} layers, more than the ${mostNodes} that a figure may have; name what to unfold`,
    );
  const levels = first !== undefined && /^\d+$/.test(first) ? Number(first) : undefined;
  const names = levels === undefined && first !== "all" ? unfold : [];
  const open: Look["open"] = first === "all" ? "all" : (levels ?? (names.length > 0 ? "none" : "page"));
  const states = new Map(names.flatMap((name) => pathsOf(name).map((id) => [id, "open"] as const)));
  const picture = pictureOf(network, { open, states, everyLayer });
  if (!picture) throw new CommandError(network.problem ?? `network ${network.name} has errors`);
  const boxes = nodesOf(picture.scene).filter(({ fold }) => fold !== "none");
  for (const id of states.keys()) {
    if (boxes.some((box) => box.id === id)) continue;
    const known = boxes.map((box) => box.id.slice(1));
    const asked = id.slice(1);
    throw new CommandError(
      `${network.name} has no box \`${asked}\`${didYouMean(nearestName(asked, known)) || `; in sight are ${known.join(", ")}`}`,
    );
  }
  return picture;
}

/** `features/denseblock1` with the boxes around it. */
function pathsOf(name: string): string[] {
  const parts = name.split("/").filter((part) => part !== "");
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join("/")}`);
}

async function outputPath(given: string | undefined, network: string): Promise<string> {
  const name = `${network}.svg`;
  if (given === undefined) return name;
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => given.endsWith("/"),
  );
  if (isFolder) return join(given, name);
  if (![".svg", ".json"].includes(extname(given)))
    throw new CommandError(`a figure ends with .svg, or with .json for other programs: ${given}`);
  return given;
}
