/** The report's page: a run of a network, what it ran on, how long it took and where. It asks the extension for all. */
import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { RunResult } from "../../../server/src/lsp/protocol.ts";
import { LatencyChart, RooflineChart } from "./charts.tsx";
import { bytes, count, delta, moment, ms, percent, rate } from "./format.ts";
import type { ExportFormat, ReportPlace, ReportRequest, ReportState } from "./messages.ts";
import { rowsOf } from "./model.ts";
import { Blocks, change, Layers } from "./tables.tsx";

declare const acquireVsCodeApi: () => {
  readonly postMessage: (message: ReportRequest) => void;
  readonly setState: (state: ReportPlace) => void;
};

const editor = acquireVsCodeApi();
const ask = (request: ReportRequest) => editor.postMessage(request);

function Page() {
  const [state, setState] = useState<ReportState>();
  useEffect(() => {
    const listen = ({ data }: MessageEvent<ReportState>) => {
      setState(data);
      const { uri, network, shown, against } = data;
      editor.setState({ uri, network, shown: shown?.ranAt, against: against?.ranAt });
    };
    window.addEventListener("message", listen);
    ask({ kind: "ready" });
    return () => window.removeEventListener("message", listen);
  }, []);
  if (!state) return null;
  if (!state.shown) return <Empty network={state.network} />;
  return <Report key={state.uri + state.network} state={state} run={state.shown} />;
}

function Empty({ network }: { network: string }) {
  return (
    <main>
      <h1>{network}</h1>
      <p>It has not been run yet, or its runs are no longer kept.</p>
      <button type="button" class="primary" onClick={() => ask({ kind: "run" })}>
        Export and Run
      </button>
    </main>
  );
}

function Report({ state, run }: { state: ReportState; run: RunResult }) {
  const { against } = state;
  const rows = useMemo(() => rowsOf(run, against), [run, against]);
  return (
    <main>
      <Head state={state} run={run} />
      <Summary run={run} against={against} />
      <div class="columns">
        <Device run={run} />
        <section aria-labelledby="latency">
          <h2 id="latency">Latency</h2>
          <LatencyChart run={run} />
          <p class="faint">
            {run.latencyMs.repeats} runs. The first one, with what is compiled and allocated then, took{" "}
            {ms(run.latencyMs.first)} ms and is not among them.
          </p>
        </section>
      </div>
      {run.layers.length === 0 ? (
        <p>Layers were not timed: {run.layerTiming}.</p>
      ) : (
        <>
          <section aria-labelledby="layers">
            <h2 id="layers">Layers</h2>
            <p class="faint">{layersText(run)}</p>
            <Layers
              rows={rows}
              compared={against !== undefined}
              predicted={run.ceilings !== undefined}
              onReveal={({ name, line }) => ask({ kind: "reveal", layer: name, line })}
            />
          </section>
          <div class="columns">
            <section aria-labelledby="blocks">
              <h2 id="blocks">Blocks</h2>
              <Blocks rows={rows} compared={against !== undefined} />
            </section>
            <section aria-labelledby="roofline">
              <h2 id="roofline">Roofline</h2>
              <RooflineChart run={run} rows={rows} />
              <p class="faint">{rooflineText(run)}</p>
            </section>
          </div>
        </>
      )}
    </main>
  );
}

function layersText({ layerTiming, layersSumMs, overheadMs }: RunResult): string {
  const sum = layersSumMs === undefined ? "" : `, ${ms(layersSumMs)} ms in all`;
  const overhead = overheadMs === undefined ? "" : `, with ${ms(overheadMs)} ms between them`;
  return `${layerTiming.charAt(0).toUpperCase()}${layerTiming.slice(1)}${sum}${overhead}.`;
}

function rooflineText({ ceilings }: RunResult): string {
  if (!ceilings) return "The device's own limits were not measured in this run.";
  const { gflops, gbps } = ceilings;
  return `The line is what this device did at most in a short run of its own: ${rate(gflops, "FLOP")} and ${rate(gbps, "B")}. ◆ Memory-bound, ● compute-bound.`;
}

function Head({ state, run }: { state: ReportState; run: RunResult }) {
  const { runs, network, against } = state;
  const { batch, precision, input } = run;
  const option = ({ ranAt, medianMs, device }: ReportState["runs"][number]) => (
    <option key={ranAt} value={ranAt}>
      {moment(ranAt)} · {ms(medianMs)} ms · {device}
    </option>
  );
  const exports: readonly (readonly [ExportFormat, string])[] = [
    ["csv", "CSV"],
    ["json", "JSON"],
    ["markdown", "Markdown"],
  ];
  return (
    <header>
      <h1>{network}</h1>
      <p class="faint">
        Batch {batch} · {precision} · input {input.name ?? input.kind} · model {bytes(run.modelBytes)}
      </p>
      <div class="bar">
        <label>
          Run{" "}
          <select
            value={run.ranAt}
            onChange={({ currentTarget }) =>
              ask({ kind: "choose", shown: currentTarget.value, against: against?.ranAt })
            }
          >
            {runs.map(option)}
          </select>
        </label>
        <label>
          Compare with{" "}
          <select
            value={against?.ranAt ?? ""}
            disabled={runs.length < 2}
            onChange={({ currentTarget }) =>
              ask({ kind: "choose", shown: run.ranAt, against: currentTarget.value || undefined })
            }
          >
            <option value="">{runs.length < 2 ? "no other run yet" : "nothing"}</option>
            {runs.filter(({ ranAt }) => ranAt !== run.ranAt).map(option)}
          </select>
        </label>
        <span class="buttons">
          <button type="button" class="primary" onClick={() => ask({ kind: "run" })}>
            Run Again
          </button>
          {exports.map(([format, title]) => (
            <button
              key={format}
              type="button"
              title={`Save this run as ${title}`}
              onClick={() => ask({ kind: "export", format })}
            >
              {title}
            </button>
          ))}
        </span>
      </div>
    </header>
  );
}

function Summary({ run, against }: { run: RunResult; against: RunResult | undefined }) {
  const { latencyMs, achieved, ceilings } = run;
  const { median, p95, first, min } = latencyMs;
  const change_ = against && median - against.latencyMs.median;
  const reached = (value: number, most: number | undefined, unit: string) => {
    if (most === undefined) return "";
    // A short run on a busy machine may find less than a long one reaches.
    return value > most
      ? `above the ${rate(most, unit)} that were measured`
      : `${percent(value / most)} of ${rate(most, unit)}`;
  };
  return (
    <dl class="tiles">
      <Tile
        name="Median"
        value={`${ms(median)} ms`}
        note={`${count((1000 / median) * run.batch)} inputs/s`}
      />
      {against && change_ !== undefined && (
        <Tile
          name="Against"
          value={`${delta(change_)} ms`}
          note={`was ${ms(against.latencyMs.median)} ms`}
          kind={change(change_, against.latencyMs.median)}
        />
      )}
      <Tile name="95th percentile" value={`${ms(p95)} ms`} note={`spread ${percent((p95 - min) / median)}`} />
      <Tile name="First run" value={`${ms(first)} ms`} note="not counted" />
      {achieved && (
        <>
          <Tile
            name="Arithmetic"
            value={rate(achieved.gflops, "FLOP")}
            note={reached(achieved.gflops, ceilings?.gflops, "FLOP")}
          />
          <Tile
            name="Memory"
            value={rate(achieved.gbps, "B")}
            note={reached(achieved.gbps, ceilings?.gbps, "B")}
          />
        </>
      )}
    </dl>
  );
}

function Tile({
  name,
  value,
  note,
  kind = "",
}: {
  name: string;
  value: string;
  note: string;
  kind?: string;
}) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class={`value ${kind}`}>{value}</dd>
      <dd class="faint">{note}</dd>
    </div>
  );
}

const places: Readonly<Record<RunResult["device"]["ran"], string>> = {
  gpu: "GPU",
  "gpu-software": "GPU, emulated in software",
  mixed: "GPU, some layers on the CPU",
  cpu: "CPU",
};

function Device({ run: { device } }: { run: RunResult }) {
  const facts: readonly (readonly [string, string | undefined])[] = [
    [
      "Ran on",
      `${places[device.ran]}${device.requested === "auto" ? "" : ` (asked for: ${device.requested.toUpperCase()})`}`,
    ],
    ["Name", device.name || "not known"],
    ["Vendor", device.vendor],
    ["Driver", device.driver],
    ["Engine", device.engine],
    ["Provider", device.provider],
    [
      "Layers on",
      device.providers.length === 0
        ? undefined
        : device.providers.map(({ provider, layers }) => `${provider} ${layers}`).join(", "),
    ],
  ];
  return (
    <section aria-labelledby="device">
      <h2 id="device">Device</h2>
      {device.software && (
        <p class="warning">A processor does the work of this GPU: its times say nothing of a real one.</p>
      )}
      <dl class="facts">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      {device.fellBack.map(({ layers, why, fix }) => (
        <div key={why} class="warning">
          <p>
            {layers.length === 0
              ? "All layers"
              : `${layers.length} ${layers.length === 1 ? "layer" : "layers"}`}{" "}
            fell back: {why}
          </p>
          <p>{fix}</p>
        </div>
      ))}
      {device.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </section>
  );
}

const root = document.querySelector("#root");
if (root) render(<Page />, root);
