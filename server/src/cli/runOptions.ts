/** The options of `lwnet run` that say how a network is run, and what they mean together. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { runInput } from "../host/node/runInput.ts";
import type { RunJob } from "../host/node/runNetwork.ts";
import {
  type Device,
  devices,
  type EngineName,
  engines,
  type RunPrecision,
  runPrecisions,
} from "../run/protocol.ts";
import { CommandError } from "./terminal.ts";

/** As commander names what it has read. */
export interface RunFlags {
  readonly device: Device;
  readonly engine?: EngineName;
  readonly batch?: number;
  readonly precision?: RunPrecision;
  readonly calibration?: string;
  readonly repeats: number;
  readonly warmup?: number;
  /** Seconds. */
  readonly budget?: number;
  readonly timeout?: number;
  readonly input?: string;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly labels?: string;
  readonly seed: number;
  /** Sizes of dimensions known by name: `H=224`. */
  readonly size?: Readonly<Record<string, number>>;
}

const where = "Where it runs:";
const how = "How it runs:";
const what = "What it gets:";

export const engineOption = () =>
  new Option(
    "--engine <name>",
    "what computes (default: onnxruntime; tfjs where there is no build of it)",
  ).choices(engines);

export const precisionOption = () =>
  new Option("--precision <kind>", "what the model is stored and computed in (default: fp32)").choices(
    runPrecisions,
  );

export const warmupOption = () =>
  new Option(
    "--warmup <number>",
    "untimed runs after the first (default: 1, or 0 of a slow network)",
  ).argParser(natural);

export const repeatsOption = () =>
  new Option("--repeats <number>", "timed runs, unless the budget ends them").argParser(positive).default(20);

export const budgetOption = () =>
  new Option("--budget <seconds>", "that all timed runs may take together (default: 10)").argParser(seconds);

export const timeoutOption = () =>
  new Option("--timeout <seconds>", "after which a run is given up (default: 120)").argParser(seconds);

export const sizeOption = () =>
  new Option(
    "--size <NAME=n...>",
    "sizes of dimensions that the network knows by name, as in H=224",
  ).argParser(sizes);

/** All of them, under headings in the help. */
export function addRunOptions(command: Command): Command {
  const options: readonly (readonly [string, Option])[] = [
    [
      where,
      new Option(
        "--device <name>",
        "auto takes a GPU if there is one; gpu, or a provider by its name, fails without it",
      )
        .choices(devices)
        .default("auto"),
    ],
    [where, engineOption()],
    [how, new Option("--batch <number>", "inputs in one run (default: 1)").argParser(positive)],
    [how, precisionOption()],
    [
      how,
      new Option(
        "--calibration <path>",
        "with --precision int8: a .npy file of inputs, or a folder of them (default: random input)",
      ),
    ],
    [how, warmupOption()],
    [how, repeatsOption()],
    [how, budgetOption()],
    [how, timeoutOption()],
    [what, new Option("--input <what>", "random, zeros, a picture or a .npy file (default: random)")],
    [
      what,
      new Option(
        "--mean <numbers>",
        "of a picture's channels between 0 and 1, as in 0.5,0.5,0.5 (default: ImageNet's)",
      ).argParser(numbers),
    ],
    [
      what,
      new Option(
        "--std <numbers>",
        "that a picture's channels are divided by then (default: ImageNet's)",
      ).argParser(deviations),
    ],
    [what, new Option("--labels <file>", "names of the classes, one a line or in JSON, for predictions")],
    [what, sizeOption()],
  ];
  for (const [group, option] of options) command.addOption(option.helpGroup(group));
  return command;
}

export type RunSettings = Omit<RunJob, "graph" | "output" | "given" | "init">;

/** The job that the options describe. */
export function runSettings(flags: RunFlags): RunSettings {
  const { device, engine, repeats, seed, batch, precision, calibration, warmup, labels, size } = flags;
  if (calibration !== undefined && precision !== "int8")
    throw new CommandError("--calibration goes with --precision int8: nothing else is computed from it");
  const input = runInput(flags.input ?? "random", flags);
  if (input.kind !== "image" && (flags.mean || flags.std))
    throw new CommandError("--mean and --std go with a picture as --input: nothing else is normalised");
  return {
    device,
    repeats,
    seed,
    input,
    ...(engine === undefined ? {} : { engine }),
    ...(batch === undefined ? {} : { batch }),
    ...(precision === undefined ? {} : { precision }),
    ...(calibration === undefined ? {} : { calibration }),
    ...(warmup === undefined ? {} : { warmup }),
    ...(flags.budget === undefined ? {} : { budgetMs: flags.budget * 1000 }),
    ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout * 1000 }),
    ...(labels === undefined ? {} : { labels }),
    ...(size ? { sizes: size } : {}),
  };
}

function sizes(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [name, size, more] = text.split("=");
  if (!name || size === undefined || more !== undefined)
    throw new InvalidArgumentError("Write it as in H=224.");
  return { ...before, [name]: positive(size) };
}

function numbers(text: string): readonly number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (!values.every(Number.isFinite)) throw new InvalidArgumentError("Write it as in 0.485,0.456,0.406.");
  return values;
}

function deviations(text: string): readonly number[] {
  const values = numbers(text);
  if (values.includes(0)) throw new InvalidArgumentError("Nothing can be divided by 0.");
  return values;
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value <= 86_400))
    throw new InvalidArgumentError("It is a number of seconds above 0, at most a day.");
  return value;
}

export function natural(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError("It is a whole number, 0 or more.");
  return value;
}

export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError("It is a whole number, 1 or more.");
  return value;
}
