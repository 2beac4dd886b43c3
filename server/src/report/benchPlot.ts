/** A picture of a benchmark: latency over multiply-adds, with the area of a circle for parameters. */
import { ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { formatCount } from "../core/cost/format.ts";
import type { BenchRow } from "./bench.ts";

use([ScatterChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** Stand for the colours of a page, which are its own: light or dark. */
const ink = "#010203";
const faint = "#010204";
/** Told apart by people of every colour vision, on light and on dark (Okabe and Ito). */
const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

const width = 860;
const height = 520;

/** An SVG file. Networks without a run are left out. */
export function benchPlot(rows: readonly BenchRow[]): string {
  const series = new Map<string, BenchRow[]>();
  for (const row of rows) {
    if (!row.run) continue;
    const name = `${row.run.ran === "gpu-software" ? "gpu (emulated)" : row.run.ran}, batch ${row.batch}`;
    series.set(name, [...(series.get(name) ?? []), row]);
  }
  const most = Math.max(1, ...rows.map(({ params }) => params));
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption({
    animation: false,
    color: palette,
    textStyle: { fontFamily: "system-ui, sans-serif", color: ink },
    title: {
      text: "Latency over computation",
      subtext: "area: parameters",
      left: 16,
      top: 10,
      textStyle: { color: ink, fontSize: 16 },
      subtextStyle: { color: ink },
    },
    legend: { top: 14, itemGap: 28, right: 16, textStyle: { color: ink } },
    grid: { left: 80, right: 110, top: 80, bottom: 60 },
    xAxis: axis(
      "multiply-adds of one input",
      formatCount,
      rows.map(({ macs }) => macs),
    ),
    yAxis: axis(
      "median latency in ms",
      (value) => String(Number(value.toPrecision(3))),
      rows.flatMap(({ run }) => (run ? [run.medianMs] : [])),
    ),
    series: [...series].map(([name, found]) => ({
      type: "scatter",
      name,
      data: found.map(({ network, macs, params, run }) => ({
        name: network,
        value: [macs, run?.medianMs ?? 0],
        symbolSize: 8 + 40 * Math.sqrt(params / most),
      })),
      itemStyle: { opacity: 0.75 },
      label: { show: true, position: "right", formatter: "{b}", color: ink, fontSize: 11, opacity: 1 },
      labelLayout: { moveOverlap: "shiftY" },
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return themed(svg);
}

/** Both are logarithmic: networks differ by orders of magnitude. They begin and end near what they show. */
function axis(name: string, formatter: (value: number) => string, values: readonly number[]) {
  const positive = values.filter((value) => value > 0);
  return {
    type: "log" as const,
    name,
    nameLocation: "middle" as const,
    nameGap: 38,
    nameTextStyle: { color: ink },
    min: positive.length > 0 ? nice(Math.min(...positive) / 1.6) : 1,
    max: positive.length > 0 ? nice(Math.max(...positive) * 1.6) : 10,
    axisLabel: { color: ink, formatter },
    axisLine: { lineStyle: { color: faint } },
    axisTick: { lineStyle: { color: faint } },
    splitLine: { lineStyle: { color: faint, opacity: 0.15 } },
  };
}

function nice(value: number): number {
  return Number(value.toPrecision(1));
}

function themed(svg: string): string {
  const style = "<style>:root{color:#24292f}@media (prefers-color-scheme:dark){:root{color:#d7dde3}}</style>";
  return svg
    .replaceAll(ink, "currentColor")
    .replaceAll(faint, "currentColor")
    .replace(/(<svg[^>]*>)/, `$1${style}`);
}
