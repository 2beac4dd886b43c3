/**
 * How fast a device can be: a small network of large layers is run on it as any other, and its best layers count. Kept per
 * device, engine and precision for a day.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { layerWork, type RunSizes } from "../../core/cost/work.ts";
import { type Graph, networkGraph, Workspace } from "../../core/index.ts";
import {
  type Ceilings,
  type EngineName,
  onGpu,
  type RunPrecision,
  type RunReport,
} from "../../run/protocol.ts";
import { type RunOptions, run } from "../../run/run.ts";
import { exportModel } from "./jobs.ts";
import { signatureOf } from "./signature.ts";

/** One convolution that computes as much as it can for what it moves, and one layer that only moves. */
const large = `network Ceilings {
  input x: [64, 256, 256]
  conv(64, kernel: 3) -> relu -> avg_pool(8)
  conv(512, kernel: 1) -> relu -> conv(512, kernel: 3)
}`;

/** For what emulates a GPU, or computes without vectors. */
const small = `network Ceilings {
  input x: [16, 64, 64]
  conv(16, kernel: 3) -> relu
}`;

const day = 86_400_000;
const timeoutMs = 30_000;

export interface CeilingsJob {
  readonly report: RunReport;
  readonly engine: EngineName;
  readonly precision: RunPrecision;
  readonly options: RunOptions;
  /** Where results are kept; the user's folder for caches unless given. */
  readonly folder?: string;
  readonly now?: number;
}

/** Undefined where they can't be taken: they are no reason to fail. */
export async function ceilings(job: CeilingsJob): Promise<Ceilings | undefined> {
  const { report, precision, folder = cacheFolder(), now = Date.now() } = job;
  const { device, layers } = report;
  // Where layers can't be timed, nothing can; whole numbers, and a network on two devices, have no one ceiling.
  if (!layers || precision === "int8" || device.ran === "mixed") return undefined;
  const name = onGpu(device.provider) ? device.adapter?.name : `${device.cpu.model}, ${device.cpu.threads}`;
  if (name === undefined) return undefined;
  const key = [name, device.adapter?.driver ?? "", device.engine, device.provider, precision].join(" | ");
  const path = join(folder, "ceilings.json");
  const kept = await read(path);
  const known = kept[key];
  if (known && now - known.at < day && now >= known.at) return { gflops: known.gflops, gbps: known.gbps };
  const measured = await measure(job).catch(() => undefined);
  if (measured) await keep(path, { ...kept, [key]: { ...measured, at: now } });
  return measured;
}

type Kept = Record<string, Ceilings & { readonly at: number }>;

async function read(path: string): Promise<Kept> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof value === "object" && value !== null ? (value as Kept) : {};
  } catch {
    return {};
  }
}

/** Only saves time: what can't be written is measured again. */
async function keep(path: string, kept: Kept): Promise<void> {
  try {
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, `${JSON.stringify(kept, undefined, 2)}\n`);
  } catch {}
}

async function measure({ report, engine, precision, options }: CeilingsJob): Promise<Ceilings | undefined> {
  const { device } = report;
  const scripted = engine === "tfjs" && !onGpu(device.provider);
  const graph = graphOf(scripted || device.ran === "gpu-software" ? small : large);
  const folder = await mkdtemp(join(tmpdir(), "lwnet-ceilings-"));
  const modelPath = join(folder, engine === "tfjs" ? "ceilings.json" : "ceilings.onnx");
  const format = engine === "tfjs" ? "tfjs" : "onnx";
  const onnx = { precision: precision === "fp16" ? precision : "fp32" } as const;
  const control = { ...(options.signal ? { signal: options.signal } : {}), onProgress: () => {} };
  try {
    await exportModel({ graph, format, output: modelPath, seed: 0, onnx }, control);
    const outcome = await run(
      {
        modelPath,
        engine,
        device: device.provider,
        signature: signatureOf(graph),
        runs: 1,
        warmup: 0,
        budgetMs: 4000,
        perLayer: true,
      },
      { ...options, timeoutMs },
    );
    return outcome.ok ? best(graph, outcome, precision) : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function best(graph: Graph, { layers }: RunReport, precision: RunPrecision): Ceilings | undefined {
  const bytes = precision === "fp16" ? 2 : 4;
  const sizes: RunSizes = { batch: 1, tensorBytes: bytes, weightBytes: bytes };
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  let [gflops, gbps] = [0, 0];
  for (const { layer, ms } of layers?.rows ?? []) {
    const node = nodes.get(layer);
    if (!node || ms === undefined || !(ms > 0)) continue;
    const work = layerWork(node, sizes);
    gflops = Math.max(gflops, (work.flops ?? 0) / ms / 1e6);
    gbps = Math.max(gbps, (work.bytes ?? 0) / ms / 1e6);
  }
  return gflops > 0 && gbps > 0 ? { gflops, gbps } : undefined;
}

function graphOf(text: string): Graph {
  const id = "file:///ceilings.lwnet";
  const workspace = new Workspace();
  workspace.setFile(id, text);
  const graph = networkGraph(workspace.analysis(), id, "Ceilings");
  if ("problem" in graph) throw new Error(graph.problem);
  return graph;
}

function cacheFolder(): string {
  const home = homedir();
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(home, "AppData", "Local"), "lwnet");
  if (process.platform === "darwin") return join(home, "Library", "Caches", "lwnet");
  return join(XDG_CACHE_HOME || join(home, ".cache"), "lwnet");
}
