/** Charts on a canvas, in the colours of the theme. A canvas needs no inline style, which the page's policy forbids. */
import { LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RunResult } from "../../../server/src/lsp/protocol.ts";
import { ms } from "./format.ts";
import { type Bin, histogram, type Row } from "./model.ts";

use([LineChart, ScatterChart, GridComponent, TooltipComponent, MarkLineComponent, CanvasRenderer]);

interface Colors {
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly first: string;
  readonly second: string;
}

function themeColors(): Colors {
  const style = getComputedStyle(document.body);
  const color = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
  const text = color("--vscode-editor-foreground", "#888888");
  return {
    text,
    faint: color("--vscode-descriptionForeground", text),
    grid: color("--vscode-panel-border", color("--vscode-contrastBorder", "#88888855")),
    first: color("--vscode-charts-blue", "#3794ff"),
    second: color("--vscode-charts-orange", "#d18616"),
  };
}

interface ChartProps {
  readonly label: string;
  readonly option: (colors: Colors) => EChartsCoreOption;
}

function Chart({ label, option }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme((n) => n + 1));
    observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!box.current) return;
    const chart = init(box.current, undefined, { renderer: "canvas" });
    chart.setOption({ animation: false, ...option(themeColors()) });
    const resizing = new ResizeObserver(() => chart.resize());
    resizing.observe(box.current);
    return () => {
      resizing.disconnect();
      chart.dispose();
    };
  }, [option, theme]);
  return <div ref={box} class="chart" role="img" aria-label={label} />;
}

const tooltip = (colors: Colors) => ({
  // Drawn on the canvas: as HTML it would bring styles of its own.
  renderMode: "richText",
  confine: true,
  textStyle: { fontSize: 12, color: colors.text },
  backgroundColor: getComputedStyle(document.body)
    .getPropertyValue("--vscode-editorHoverWidget-background")
    .trim(),
  borderColor: colors.grid,
});

const axis = (colors: Colors, name: string) => ({
  name,
  nameLocation: "middle",
  nameTextStyle: { color: colors.faint, fontSize: 11 },
  axisLabel: { color: colors.faint, fontSize: 11 },
  axisLine: { lineStyle: { color: colors.grid } },
  splitLine: { lineStyle: { color: colors.grid, opacity: 0.5 } },
});

export function LatencyChart({ run }: { readonly run: RunResult }) {
  const { samples, median, p95 } = run.latencyMs;
  const bins = histogram(samples);
  const label = `Histogram of ${samples.length} runs from ${ms(run.latencyMs.min)} to ${ms(run.latencyMs.max)} ms`;
  const option = (colors: Colors): EChartsCoreOption => ({
    grid: { left: 44, right: 16, top: 24, bottom: 40 },
    tooltip: {
      trigger: "axis",
      formatter: ([point]: readonly { readonly dataIndex: number }[]) =>
        binText(bins[(point?.dataIndex ?? 0) - 1]),
      ...tooltip(colors),
    },
    xAxis: { type: "value", scale: true, nameGap: 24, ...axis(colors, "ms"), splitLine: { show: false } },
    yAxis: { type: "value", minInterval: 1, nameGap: 28, ...axis(colors, "runs") },
    series: [
      {
        // Steps from edge to edge of the bins: bars would have a width of their own.
        type: "line",
        step: "end",
        symbol: "none",
        lineStyle: { color: colors.first },
        areaStyle: { color: colors.first, opacity: 0.45 },
        data: steps(bins),
        markLine: {
          symbol: "none",
          silent: true,
          lineStyle: { color: colors.text, type: "solid" },
          label: { color: colors.text, fontSize: 11, formatter: "{b}" },
          data: [{ name: "median", xAxis: median }, ...(p95 > median ? [{ name: "p95", xAxis: p95 }] : [])],
        },
      },
    ],
  });
  return <Chart label={label} option={useStable(option, run)} />;
}

function steps(bins: readonly Bin[]): (readonly [number, number])[] {
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last) return [];
  // Equal samples make a bin without a width.
  const pad = last.to > first.from ? 0 : first.from * 0.01 || 0.001;
  return [
    [first.from - pad, 0],
    ...bins.map(({ from, count }) => [from - pad, count] as const),
    [last.to + pad, last.count],
    [last.to + pad, 0],
  ];
}

function binText(bin: Bin | undefined): string {
  return bin ? `${ms(bin.from)}–${ms(bin.to)} ms: ${bin.count}` : "";
}

interface RooflineProps {
  readonly run: RunResult;
  readonly rows: readonly Row[];
}

export function RooflineChart({ run, rows }: RooflineProps) {
  const { ceilings } = run;
  const points = rows.filter(({ intensity, gflops }) => (intensity ?? 0) > 0 && (gflops ?? 0) > 0);
  const option = (colors: Colors): EChartsCoreOption => {
    const xs = points.map(({ intensity }) => intensity ?? 1);
    const [from, to] = [Math.min(...xs) / 2, Math.max(...xs) * 2];
    const roof = (x: number) => Math.min(ceilings?.gflops ?? 0, x * (ceilings?.gbps ?? 0));
    const knee = ceilings ? ceilings.gflops / ceilings.gbps : from;
    const corners = [from, ...(knee > from && knee < to ? [knee] : []), to];
    const seriesOf = (bound: "memory" | "compute", color: string, symbol: string) => ({
      type: "scatter",
      name: `${bound}-bound`,
      symbol,
      symbolSize: 8,
      itemStyle: { color, opacity: 0.75 },
      tooltip: { formatter: "{b}" },
      data: points
        .filter((row) => (row.bound ?? "compute") === bound)
        .map((row) => ({
          name: `${row.name}\n${ms(row.ms)} ms, ${row.bound ?? ""}-bound`,
          value: [row.intensity, row.gflops],
        })),
    });
    return {
      grid: { left: 56, right: 16, top: 16, bottom: 40 },
      tooltip: { trigger: "item", ...tooltip(colors) },
      xAxis: {
        type: "log",
        min: from,
        max: to,
        nameGap: 24,
        ...axis(colors, "FLOPs per byte"),
        axisLabel: { ...axis(colors, "").axisLabel, formatter: short },
      },
      yAxis: {
        type: "log",
        nameGap: 40,
        ...axis(colors, "GFLOP/s"),
        axisLabel: { ...axis(colors, "").axisLabel, formatter: short },
      },
      series: [
        seriesOf("memory", colors.second, "diamond"),
        seriesOf("compute", colors.first, "circle"),
        ...(ceilings
          ? [
              {
                type: "line",
                symbol: "none",
                silent: true,
                lineStyle: { color: colors.text, width: 1.5 },
                data: corners.map((x) => [x, roof(x)]),
              },
            ]
          : []),
      ],
    };
  };
  const stable = useStable(option, run);
  if (points.length === 0) return <p class="faint">Layers were not timed, or what they do is not known.</p>;
  return <Chart label={`Roofline of ${points.length} layers`} option={stable} />;
}

const short = (value: number) => String(Number(value.toPrecision(2)));

/** The option of a run, the same function while the run is the same. */
function useStable<T>(value: T, key: unknown): T {
  const kept = useRef<{ readonly key: unknown; readonly value: T } | undefined>(undefined);
  if (!kept.current || kept.current.key !== key) kept.current = { key, value };
  return kept.current.value;
}
