/** The report's tables: layers, sortable by their headers, and blocks as a tree. */
import { useMemo, useState } from "preact/hooks";
import { bytes, count, delta, ms, percent } from "./format.ts";
import { type Block, blocksOf, filterRows, type Row, type Sorting, type SortKey, sortRows } from "./model.ts";

interface Column {
  readonly key: SortKey;
  readonly title: string;
  readonly hint: string;
  readonly number: boolean;
}

const columns: readonly Column[] = [
  { key: "name", title: "Layer", hint: "its full name", number: false },
  { key: "op", title: "Operator", hint: "", number: false },
  { key: "line", title: "Line", hint: "in the text that was measured", number: true },
  { key: "ms", title: "ms", hint: "measured", number: true },
  { key: "share", title: "Share", hint: "of all layers", number: true },
  { key: "deltaMs", title: "Δ ms", hint: "against the run that it is compared with", number: true },
  { key: "predictedMs", title: "Best ms", hint: "what the device allows at best", number: true },
  { key: "ratio", title: "× best", hint: "measured over what is possible", number: true },
  { key: "macs", title: "MACs", hint: "", number: true },
  { key: "params", title: "Params", hint: "", number: true },
  { key: "bytes", title: "Moved", hint: "bytes of inputs, weights and output", number: true },
];

interface LayersProps {
  readonly rows: readonly Row[];
  readonly compared: boolean;
  readonly predicted: boolean;
  readonly onReveal: (row: Row) => void;
}

export function Layers({ rows, compared, predicted, onReveal }: LayersProps) {
  const [sorting, setSorting] = useState<Sorting>({ key: "ms", descending: true });
  const [filter, setFilter] = useState("");
  const shown = useMemo(() => sortRows(filterRows(rows, filter), sorting), [rows, filter, sorting]);
  const visible = columns.filter(
    ({ key }) => (key !== "deltaMs" || compared) && ((key !== "predictedMs" && key !== "ratio") || predicted),
  );
  const sortBy = ({ key, number }: Column) =>
    setSorting((now) => {
      if (now.key !== key) return { key, descending: number && key !== "line" };
      // The third press goes back to the order of execution.
      const first = number && key !== "line";
      return now.descending === first ? { key, descending: !first } : { key: undefined, descending: false };
    });
  return (
    <>
      <div class="bar">
        <input
          type="search"
          placeholder="Filter layers"
          aria-label="Filter layers by name or operator"
          value={filter}
          onInput={({ currentTarget }) => setFilter(currentTarget.value)}
        />
        <span class="faint" role="status">
          {shown.length === rows.length
            ? `${rows.length} layers`
            : `${shown.length} of ${rows.length} layers`}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section class="scroll" tabIndex={0} aria-label="Table of layers">
        <table>
          <thead>
            <tr>
              {visible.map((column) => (
                <th
                  key={column.key}
                  scope="col"
                  class={column.number ? "number" : ""}
                  aria-sort={
                    sorting.key === column.key ? (sorting.descending ? "descending" : "ascending") : "none"
                  }
                >
                  <button type="button" title={column.hint} onClick={() => sortBy(column)}>
                    {column.title}
                    <span class="arrow" aria-hidden="true">
                      {sorting.key === column.key ? (sorting.descending ? "↓" : "↑") : ""}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.name}>
                {visible.map(({ key }) => (
                  <Cell key={key} row={row} of={key} onReveal={onReveal} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <p class="faint empty">No layer has “{filter}” in its name or operator.</p>}
      </section>
    </>
  );
}

function Cell({ row, of, onReveal }: { row: Row; of: SortKey; onReveal: (row: Row) => void }) {
  switch (of) {
    case "name":
      return (
        <th scope="row">
          {row.line === undefined ? (
            row.name
          ) : (
            <button type="button" class="link" title={`Show line ${row.line}`} onClick={() => onReveal(row)}>
              {row.name}
            </button>
          )}
        </th>
      );
    case "op":
      return <td>{row.op}</td>;
    case "line":
      return <td class="number">{row.line ?? "–"}</td>;
    case "ms":
      return <td class="number">{ms(row.ms)}</td>;
    case "share":
      return (
        <td class="number">
          <Share share={row.ms === undefined ? undefined : row.share} />
        </td>
      );
    case "deltaMs":
      return <td class={`number ${change(row.deltaMs, row.beforeMs)}`}>{delta(row.deltaMs)}</td>;
    case "predictedMs":
      return (
        <td class="number" title={row.bound && `${row.bound}-bound`}>
          {ms(row.predictedMs)}
        </td>
      );
    case "ratio":
      return (
        <td class="number">{row.ratio === undefined ? "–" : row.ratio.toFixed(row.ratio < 9.95 ? 1 : 0)}</td>
      );
    case "macs":
      return <td class="number">{count(row.macs)}</td>;
    case "params":
      return <td class="number">{count(row.params)}</td>;
    case "bytes":
      return <td class="number">{bytes(row.bytes)}</td>;
  }
}

/** A figure with a bar, which is drawn as an attribute: the page's policy allows no inline style. */
function Share({ share }: { share: number | undefined }) {
  if (share === undefined) return <span class="share" />;
  return (
    <span class="share">
      {percent(share)}
      <svg class="meter" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width={Math.min(100, share * 100)} height="1" />
      </svg>
    </span>
  );
}

/** Only what is more than the noise of a measurement is coloured. */
export function change(deltaMs: number | undefined, beforeMs: number | undefined): string {
  if (deltaMs === undefined || !beforeMs || Math.abs(deltaMs) < beforeMs * 0.05) return "";
  return deltaMs < 0 ? "faster" : "slower";
}

interface BlocksProps {
  readonly rows: readonly Row[];
  readonly compared: boolean;
}

export function Blocks({ rows, compared }: BlocksProps) {
  const blocks = useMemo(() => blocksOf(rows), [rows]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const isShown = ({ parent }: Block): boolean => {
    if (parent === undefined) return true;
    const outer = blocks.find(({ name }) => name === parent);
    return open.has(parent) && outer !== undefined && isShown(outer);
  };
  const toggle = (name: string) =>
    setOpen((now) => {
      const next = new Set(now);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  if (blocks.length === 0)
    return <p class="faint">No layer lies in a block or under a label: the table of layers has them all.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section class="scroll" tabIndex={0} aria-label="Table of blocks">
      <table>
        <thead>
          <tr>
            {["Block", "Layers", "ms", "Share", ...(compared ? ["Δ ms"] : []), "MACs", "Params"].map(
              (title, i) => (
                <th key={title} scope="col" class={i === 0 ? "plain" : "plain number"}>
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {blocks.filter(isShown).map((block) => {
            const change_ = block.beforeMs === undefined ? undefined : block.ms - block.beforeMs;
            return (
              <tr key={block.name}>
                <th scope="row" class={`depth${Math.min(block.depth, 5)}`}>
                  {block.leaf ? (
                    <span class="twist">{block.label}</span>
                  ) : (
                    <button
                      type="button"
                      class="twist"
                      aria-expanded={open.has(block.name)}
                      title={block.name}
                      onClick={() => toggle(block.name)}
                    >
                      <span aria-hidden="true">{open.has(block.name) ? "▾" : "▸"}</span> {block.label}
                    </button>
                  )}
                </th>
                <td class="number">{block.layers}</td>
                <td class="number">{ms(block.ms)}</td>
                <td class="number">
                  <Share share={block.share} />
                </td>
                {compared && <td class={`number ${change(change_, block.beforeMs)}`}>{delta(change_)}</td>}
                <td class="number">{count(block.macs)}</td>
                <td class="number">{count(block.params)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
