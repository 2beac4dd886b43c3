/**
 * The Test Explorer: what networks are checked for, as a tree of files, networks and checks, with the outcome of each.
 * Nothing has to be run: the language server knows the outcomes, and they follow the text as it is typed.
 */
import {
  type Disposable,
  Location,
  Position,
  Range,
  type TestController,
  type TestItem,
  TestMessage,
  type TestRun,
  TestRunProfileKind,
  TestRunRequest,
  tests,
  Uri,
  workspace,
} from "vscode";
import type { CheckedNetwork, CheckItem, PositionRange } from "../../server/src/lsp/protocol.ts";
import type { ClientContext } from "./activate.ts";
import { debounced } from "./debounced.ts";

/** Outcomes follow a pause in typing. */
const delayMs = 300;

export function testing({ server }: ClientContext): Disposable {
  const controller = tests.createTestController("lwnet", "lwnet");
  /** The outcomes that the explorer shows, by file. */
  const shown = new Map<string, readonly CheckedNetwork[]>();
  /** Files whose networks have nothing to check. */
  const empty = new Set<string>();

  const checksOf = async (uri: string): Promise<readonly CheckedNetwork[] | undefined> =>
    server.state() === "running" ? server.request("lwnet/checks", { uri }).catch(() => undefined) : undefined;

  /** Files come by name; what is in them is asked for when they are opened in the tree or in an editor. */
  const discover = async () => {
    if (server.state() !== "running") return;
    const files = await server.request("lwnet/checkedFiles", {}).catch(() => undefined);
    if (!files) return;
    const known = new Set(files);
    for (const [id] of controller.items) if (!known.has(id)) forget(id);
    for (const uri of files) if (!empty.has(uri)) fileItem(uri);
  };

  const fileItem = (uri: string): TestItem => {
    const known = controller.items.get(uri);
    if (known) return known;
    const parsed = Uri.parse(uri);
    const item = controller.createTestItem(uri, workspace.asRelativePath(parsed), parsed);
    item.canResolveChildren = true;
    controller.items.add(item);
    return item;
  };

  const forget = (uri: string) => {
    controller.items.delete(uri);
    shown.delete(uri);
  };

  /** Brings the tree of a file up to date; undefined when the server can't tell now. */
  const refresh = async (uri: string): Promise<readonly CheckedNetwork[] | undefined> => {
    const networks = await checksOf(uri);
    if (!networks) return undefined;
    if (networks.length === 0) {
      empty.add(uri);
      forget(uri);
    } else {
      empty.delete(uri);
      build(controller, fileItem(uri), networks);
    }
    return networks;
  };

  /** Tells the outcomes of files in which something is otherwise than it was told. */
  const follow = async (uris: Iterable<string>, isCurrent: () => boolean = () => true) => {
    for (const uri of uris) {
      const networks = await refresh(uri);
      if (!isCurrent()) return;
      const same = JSON.stringify(networks) === JSON.stringify(shown.get(uri));
      const item = controller.items.get(uri);
      if (!networks || same || !item) continue;
      shown.set(uri, networks);
      const run = controller.createTestRun(new TestRunRequest([item]), undefined, false);
      report(run, item, networks);
      run.end();
    }
  };

  const opened = () =>
    workspace.textDocuments
      .filter(({ languageId }) => languageId === "lwnet")
      .map(({ uri }) => uri.toString());
  /** One file's checks may depend on another. */
  const update = debounced(delayMs, (isCurrent) =>
    follow(new Set([...opened(), ...shown.keys()]), isCurrent),
  );
  const found = debounced(delayMs, discover);

  controller.resolveHandler = async (item) => {
    if (!item) await discover();
    else if (item.canResolveChildren) await follow([item.id]);
  };
  controller.refreshHandler = async () => {
    await discover();
    update.soon();
  };

  const profile = controller.createRunProfile(
    "Check",
    TestRunProfileKind.Run,
    async (request, token) => {
      await discover();
      const wanted = request.include ?? [...controller.items].map(([, item]) => item);
      const run = controller.createTestRun(request);
      for (const item of wanted) {
        if (token.isCancellationRequested) break;
        const file = fileOf(item);
        const networks = await refresh(file.id);
        if (networks) report(run, file, networks, new Set([item]), new Set(request.exclude));
      }
      run.end();
      // Continuous runs need nothing more: outcomes follow the text as it is.
    },
    true,
    undefined,
    true,
  );

  const watcher = workspace.createFileSystemWatcher("**/*.lwnet");
  const listening: Disposable[] = [
    watcher,
    watcher.onDidCreate(found.soon),
    watcher.onDidDelete(found.soon),
    watcher.onDidChange(update.soon),
    workspace.onDidOpenTextDocument(update.soon),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === "lwnet") update.soon();
    }),
    server.onStateChange(() => {
      found.soon();
      update.soon();
    }),
    update,
    found,
    profile,
    controller,
  ];
  found.soon();
  update.soon();
  return { dispose: () => void listening.map((each) => each.dispose()) };
}

function fileOf(item: TestItem): TestItem {
  let file = item;
  while (file.parent) file = file.parent;
  return file;
}

// ── the tree ─────────────────────────────────────────────────────────────────────────────────────

function build(controller: TestController, file: TestItem, networks: readonly CheckedNetwork[]): void {
  file.canResolveChildren = false;
  file.children.replace(
    networks.map((network) => {
      const id = network.network;
      const item = file.children.get(id) ?? controller.createTestItem(id, id, file.uri);
      item.range = toRange(network.range);
      item.error = network.problem;
      item.children.replace(network.checks.map((check, order) => checkItem(controller, item, check, order)));
      return item;
    }),
  );
}

function checkItem(controller: TestController, network: TestItem, check: CheckItem, order: number): TestItem {
  const uri = Uri.parse(check.uri);
  const known = network.children.get(check.id);
  const item =
    known?.uri?.toString() === uri.toString() ? known : controller.createTestItem(check.id, check.label, uri);
  item.range = toRange(check.range);
  item.description = check.detail;
  item.sortText = String(order).padStart(4, "0");
  return item;
}

// ── outcomes ─────────────────────────────────────────────────────────────────────────────────────

/** Reports what is under the wanted items and not under the excluded ones. */
function report(
  run: TestRun,
  file: TestItem,
  networks: readonly CheckedNetwork[],
  wanted: ReadonlySet<TestItem> = new Set([file]),
  excluded: ReadonlySet<TestItem> = new Set(),
): void {
  for (const { network, range, checks } of networks) {
    const parent = file.children.get(network);
    for (const check of checks) {
      const item = parent?.children.get(check.id);
      if (!parent || !item) continue;
      const path = [file, parent, item];
      if (path.some((each) => wanted.has(each)) && !path.some((each) => excluded.has(each))) {
        reportCheck(run, item, check, range);
      }
    }
  }
}

function reportCheck(run: TestRun, item: TestItem, check: CheckItem, network: PositionRange): void {
  switch (check.state) {
    case "passed":
      run.passed(item);
      return;
    case "unknown":
      run.skipped(item);
      return;
    case "failed": {
      const { message = "failed", expected, actual } = check;
      const told =
        expected === undefined || actual === undefined
          ? new TestMessage(message)
          : TestMessage.diff(message, expected, actual);
      // VS Code writes it over what stands behind that line. Behind a budget stands a hint, behind a name nothing does.
      told.location =
        check.kind === "budget" && item.parent?.uri
          ? new Location(item.parent.uri, toRange(network))
          : new Location(Uri.parse(check.uri), toRange(check.range));
      run.failed(item, told);
    }
  }
}

function toRange({ start, end }: PositionRange): Range {
  return new Range(new Position(start.line, start.character), new Position(end.line, end.character));
}
