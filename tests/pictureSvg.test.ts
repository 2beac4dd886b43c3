/** Places and SVG: nothing overlaps, unchanged parts stay, and the text is well formed whatever names it shows. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pictureOf } from "../server/src/core/picture/firstLook.ts";
import {
  type Direction,
  type PlacedPicture,
  type PlacedScene,
  placePicture,
} from "../server/src/core/picture/place.ts";
import { pictureSvg, type SvgOptions } from "../server/src/core/picture/svg.ts";
import { textWidth } from "../server/src/core/picture/textWidth.ts";
import { themes } from "../server/src/core/picture/themes.ts";
import { createLayoutEngine } from "../server/src/host/layout.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

const engine = createLayoutEngine();

async function placed(text: string, name?: string, direction: Direction = "down"): Promise<PlacedPicture> {
  const file = openMarked(text).analysis.of(mainFile);
  const network = file?.networks.find((each) => (name ? each.name === name : each.instance));
  const picture = network && pictureOf(network, { diagnostics: file?.diagnostics ?? [] });
  if (!picture) throw new Error("there is no picture");
  return placePicture(picture, engine, { direction });
}

const svgOf = async (text: string, options: Partial<SvgOptions> = {}) =>
  pictureSvg(await placed(text), { theme: themes.light, ...options });

const example = (file: string) => readFileSync(`examples/${file}.lwnet`, "utf8");

function scenesOf(scene: PlacedScene): PlacedScene[] {
  return [scene, ...scene.nodes.flatMap((node) => (node.scene ? scenesOf(node.scene) : []))];
}

const zoo = [
  ["resnet", "ResNet34"],
  ["densenet", "DenseNet121"],
  ["googlenet", "GoogLeNet"],
  ["unet", "UNet"],
  ["squeezenet", "SqueezeNet1_1"],
  ["mobilenet", "MobileNetV2"],
] as const;

describe("places", () => {
  test.each(
    zoo.flatMap(([file, name]) => (["down", "right"] as const).map((to) => [file, name, to] as const)),
  )(
    "%s.lwnet#%s, %s: nodes overlap nowhere and stay inside, edges begin and end at nodes or frames",
    async (file, name, direction) => {
      const { scene } = await placed(example(file), name, direction);
      for (const { nodes, edges, width, height } of scenesOf(scene)) {
        for (const [i, a] of nodes.entries()) {
          expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true);
          for (const b of nodes.slice(i + 1)) {
            const apart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect([a.node.id, b.node.id, apart]).toEqual([a.node.id, b.node.id, true]);
          }
        }
        for (const { edge, points } of edges) {
          const target = nodes.find(({ node }) => node.id === edge.to);
          const end = points.at(-1);
          expect(points.length).toBeGreaterThan(1);
          if (!target || !end) continue;
          const near = (value: number, from: number, to: number) => value >= from - 1 && value <= to + 1;
          expect(near(end.x, target.x, target.x + target.width)).toBe(true);
          expect(near(end.y, target.y, target.y + target.height)).toBe(true);
        }
      }
    },
  );

  test("an edit in one block leaves the frames of the others as they are", async () => {
    const text = (kernel: number) => `
block a { conv(4, kernel: ${kernel}) -> residual { conv(4, kernel: 1) -> relu -> conv(4, kernel: 1) } }
block b { conv(4, kernel: 5) -> concat { branch { conv(2, kernel: 1) } branch { conv(3, kernel: 1) } } }
network Net { input x: [4, 8, 8] -> one: a -> two: b }`;
    const [before, after] = [await placed(text(1)), await placed(text(3))];
    const frame = ({ scene }: PlacedPicture, label: string) =>
      scene.nodes
        .find(({ node }) => node.label === label)
        ?.scene?.nodes.map(({ x, y, width }) => [x, y, width]);
    expect(frame(after, "two")).toEqual(frame(before, "two"));
  });

  test("texts are about as wide as a sans-serif font makes them", () => {
    expect(textWidth("conv 3×3, 64", 12)).toBeGreaterThan(textWidth("conv 3×3", 12));
    expect(textWidth("WWW", 12)).toBeGreaterThan(2 * textWidth("iii", 12));
  });
});

describe("SVG", () => {
  test("is the same for the same network, and says what it shows to those who can't see it", async () => {
    const text = example("resnet");
    const svg = await svgOf(text);
    expect(await svgOf(text)).toBe(svg);
    expect(svg).toContain('role="img" aria-labelledby="lwnet-title lwnet-desc"');
    expect(svg).toContain('<title id="lwnet-title">ResNet18</title>');
    expect(svg).toContain(
      "Network of 11.7M parameters · 1.81G MACs: image, conv1: conv 7×7, 64, /2, with bn, relu",
    );
  });

  test("shortcuts are solid where they are the identity, dotted where they project", async () => {
    const svg = await svgOf(example("resnet"));
    expect(svg).toContain('class="edge identity"');
    expect(svg).toMatch(/\.edge\.projection\{stroke-dasharray/);
  });

  test("needs nothing from outside, and its tags are closed whatever errors and names say", async () => {
    const svg = await svgOf(`
block b { conv(8, kernel: 3) -> conv(4, kernel: 3, groups: 3) }
network Net { input x: [4, 8, 8] -> b -> cnv("<&>") -> linear(2) }`);
    expect(svg).toContain('class="badge"');
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toContain("http");
    const open: string[] = [];
    for (const [, close, name = "", attributes = ""] of svg.matchAll(/<(\/?)([a-z]+)([^>]*)>/g)) {
      if (close) expect(open.pop()).toBe(name);
      else if (!attributes.endsWith("/")) open.push(name);
    }
    expect(open).toEqual([]);
  });

  test("tints by cost: what costs most is tinted most", async () => {
    const svg = await svgOf(
      "network Net { input x: [4, 8, 8] -> conv(4, kernel: 3) -> conv(64, kernel: 3) }",
      {
        color: "params",
      },
    );
    const tints = [...svg.matchAll(/fill-opacity="([\d.]+)"/g)].map(([, tint]) => Number(tint));
    expect(tints).toHaveLength(4);
    expect(tints[2]).toBeGreaterThan(2 * (tints[1] ?? 1));
  });

  test("names its nodes for a view that acts on them", async () => {
    const svg = await svgOf("network Net { input x: [4, 8, 8] -> repeat 9 { conv(4, kernel: 3) } }", {
      interactive: true,
    });
    expect(svg).toContain('data-id="/repeat" role="treeitem" tabindex="-1" aria-label="conv ×9; 4×8×8"');
  });
});
