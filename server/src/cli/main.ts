/** The `lwnet` command: arguments in, exit code out. Each command has its own file. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { formatIds } from "../core/backends/formats.ts";
import { metrics } from "../core/picture/shares.ts";
import { themeNames } from "../core/picture/themes.ts";
import { WeightFileError } from "../core/weights/source.ts";
import { initKinds } from "../core/weights/weights.ts";
import { JobError } from "../host/node/jobs.ts";
import { addBenchOptions, type BenchOptions, benchCommand } from "./bench.ts";
import { type CheckOptions, check } from "./check.ts";
import { type DiffOptions, diff } from "./diff.ts";
import { exportCommand } from "./exportModel.ts";
import { type FmtOptions, fmt } from "./fmt.ts";
import { addFormatOptions } from "./formatOptions.ts";
import { type GraphOptions, graphCommand } from "./graph.ts";
import { lsp } from "./lsp.ts";
import { type RunCommandOptions, runCommand } from "./run.ts";
import { addRunOptions, natural } from "./runOptions.ts";
import { type SizeOptions, sizeCommand } from "./size.ts";
import { summary } from "./summary.ts";
import { CommandError, exitCodes, printError } from "./terminal.ts";
import { type WeightsOptions, weightsCommand } from "./weights.ts";

const program = new Command("lwnet")
  .description("Design neural-network architectures as text.")
  .version(process.env.LWNET_VERSION ?? "0.0.0")
  .exitOverride()
  .showHelpAfterError("(lwnet --help lists the commands)");

const jsonOption = () => new Option("--json", "print one JSON value for other programs");
const seedOption = () =>
  new Option("--seed <number>", "seed of the random weights and input").argParser(natural).default(0);
const weightsOption = () =>
  new Option("--weights <file>", "take the weights from a safetensors or ONNX file, by name");
const allowMissingOption = () =>
  new Option("--allow-missing", "let tensors that the file lacks start out as without one");
const targetHelp = "a .lwnet file, with #Network where it has several";

program
  .command("check")
  .description("report every problem of the files")
  .argument("<file...>", "files or folders")
  .option("--deny-warnings", "fail on warnings as on errors")
  .addOption(jsonOption())
  .action(ending((files: string[], options: CheckOptions) => check(files, options)));

program
  .command("fmt")
  .description("format files in place and print which changed")
  .argument("<file...>", "files or folders; - reads the standard input and writes the standard output")
  .option("--check", "change nothing; print the files that are not formatted and fail if there are any")
  .action(ending((files: string[], options: FmtOptions) => fmt(files, options)));

program
  .command("summary")
  .description("print shapes, parameters, MACs and FLOPs, layer by layer")
  .argument("<file...>", `${targetHelp}; or folders`)
  .addOption(jsonOption())
  .action(ending((files: string[], options: { json?: boolean }) => summary(files, options)));

program
  .command("diff")
  .description("compare two networks layer by layer, or a file with what it was")
  .argument("<before>", `${targetHelp}; at a revision of git as main:net.lwnet`)
  .argument("[after]", "the same; without it the first file is compared with itself at --since")
  .option("--since <revision>", "what one file is compared with", "HEAD")
  .option("--all", "tell of layers that are the same, too")
  .option("--markdown", "for a pull request")
  .addOption(jsonOption())
  .action(
    ending((before: string, after: string | undefined, options: DiffOptions) => diff(before, after, options)),
  );

program
  .command("graph")
  .description("draw a network as a figure (SVG), or write what is in it as JSON")
  .argument("<file>", targetHelp)
  .option("-o, --output <path>", "an .svg or a .json file (default: NETWORK.svg, here)")
  .option(
    "--unfold <what...>",
    "all, a number of levels, or boxes by name, as in features/denseblock1 (default: what fits on a page)",
  )
  .addOption(new Option("--theme <name>", "colours").choices(themeNames).default("light"))
  .addOption(new Option("--color <cost>", "tint by a share of the cost").choices(metrics))
  .addOption(new Option("--direction <name>", "where it runs").choices(["down", "right"]).default("down"))
  .option("--every-layer", "draw normalisation and activation as boxes of their own")
  .action(ending((file: string, options: GraphOptions) => graphCommand(file, options)));

const exporting = program
  .command("export")
  .description("write a network for other tools")
  .argument("<file>", targetHelp)
  .addOption(new Option("--format <name>", "format of the file").choices(formatIds).default("onnx"))
  .option("-o, --output <path>", "file or folder to write to (default: a file named after the network, here)")
  .addOption(new Option("--init <kind>", "how weights start out").choices(initKinds).default("he"))
  .addOption(seedOption())
  .addOption(weightsOption())
  .addOption(allowMissingOption())
  .addOption(jsonOption());
addFormatOptions(exporting).action(ending(exportCommand));

const running = program
  .command("run")
  .description("export a network, run it on this machine and report its latency and that of each layer")
  .argument("<file>", targetHelp)
  .option("-o, --output <path>", "keep the exported model there")
  .addOption(seedOption())
  .addOption(weightsOption())
  .addOption(allowMissingOption())
  .addOption(new Option("--markdown", "print the result in Markdown").conflicts(["json", "csv"]))
  .addOption(new Option("--csv", "print the layers as comma-separated values").conflicts(["json"]))
  .addOption(jsonOption());
addRunOptions(running).action(
  ending((file: string, options: RunCommandOptions) => runCommand(file, options)),
);

const benching = program
  .command("bench")
  .description("run several networks on several devices, and compare them")
  .argument("<file...>", `${targetHelp}; or folders`)
  .addOption(jsonOption());
addBenchOptions(benching).action(
  ending((files: string[], options: BenchOptions) => benchCommand(files, options)),
);

program
  .command("size")
  .description("print the bytes of a network's parameters at 32, 16, 8 and 6 bits, and pruned")
  .argument("<file>", targetHelp)
  .addOption(
    new Option("--keep <share>", "share of the weights that pruning leaves, as in 0.33").argParser(share),
  )
  .addOption(jsonOption())
  .action(ending((file: string, options: SizeOptions) => sizeCommand(file, options)));

program
  .command("weights")
  .description("list a network's tensors, or report how those of a file fit them")
  .argument("<file>", targetHelp)
  .addOption(new Option("--weights <file>", "a safetensors or ONNX file"))
  .addOption(jsonOption())
  .action(ending((file: string, options: WeightsOptions) => weightsCommand(file, options)));

program
  .command("lsp")
  .description("serve an editor in the language server protocol")
  .option("--stdio", "speak over the standard input and output (what it does unless told otherwise)")
  .option("--pipe <name>", "speak over a pipe or a socket file")
  .option("--socket <port>", "speak over a TCP port of this machine")
  .option("--clientProcessId <id>", "end when this process does")
  .action(ending(lsp));

/** Commands return their exit code; output that is still being written is not cut off. */
function ending<A extends unknown[]>(command: (...args: A) => Promise<number>) {
  return async (...args: A): Promise<void> => {
    process.exitCode = await command(...args);
  };
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("It is a number above 0, at most 1.");
  return value;
}

// `lwnet summary … | head` closes the pipe early: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.clean);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage;
  if (error instanceof CommandError) {
    printError(error.message.includes("\n") ? error.message : `lwnet: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof JobError || error instanceof WeightFileError) {
    printError(`lwnet: ${error.message}`);
    return exitCodes.failed;
  }
  throw error;
}
