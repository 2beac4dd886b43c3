/**
 * The texts of the workspace's lwnet files, for a server that can't read them itself: all of them where it runs in a
 * browser, else those of folders that are on no disk. Bounded: a repository may hold far more than networks.
 */
import { Disposable, FileType, RelativePattern, Uri, type WorkspaceFolder, workspace } from "vscode";
import type { FilesParams, GivenFile } from "../../server/src/lsp/protocol.ts";

const maxFiles = 2000;
const maxFileBytes = 1_000_000;
const maxTotalBytes = 20_000_000;
const maxFolders = 500;
/** How many are read at a time: each may be a request to a far server. */
const batch = 20;

export interface WorkspaceFiles {
  /** What the server is given as it starts. */
  readonly read: () => Promise<FilesParams>;
  /** Tells of each file that changes afterwards, until disposed of. */
  readonly watch: (give: (files: FilesParams) => void) => Disposable;
}

/** `warn` is told of what had to be left out. */
export function workspaceFiles(inBrowser: boolean, warn: (message: string) => void): WorkspaceFiles {
  const wanted = (uri: Uri) => inBrowser || uri.scheme !== "file";
  return {
    async read() {
      const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => wanted(uri));
      const found = (await Promise.all(folders.map(findFiles))).flat();
      if (found.length > maxFiles) warn(`Only the first ${maxFiles} .lwnet files of the workspace are read.`);
      const files: GivenFile[] = [];
      let total = 0;
      for (let i = 0; i < Math.min(found.length, maxFiles); i += batch) {
        for (const { uri, text } of await Promise.all(found.slice(i, i + batch).map(readFile))) {
          if (text === null) continue;
          total += text.length;
          if (total > maxTotalBytes) {
            warn(`Only the first ${maxTotalBytes / 1e6} MB of the workspace's .lwnet files are read.`);
            return { files };
          }
          files.push({ uri, text });
        }
      }
      return { files };
    },
    watch(give) {
      const watcher = workspace.createFileSystemWatcher("**/*.lwnet");
      const changed = async (uri: Uri) => {
        if (wanted(uri)) give({ files: [await readFile(uri)] });
      };
      const gone = (uri: Uri) => {
        if (wanted(uri)) give({ files: [{ uri: uri.toString(), text: null }] });
      };
      watcher.onDidCreate(changed);
      watcher.onDidChange(changed);
      watcher.onDidDelete(gone);
      // Watchers tell nothing of the files in a folder that is moved or deleted.
      const deleted = workspace.onDidDeleteFiles(({ files }) => files.forEach(gone));
      const renamed = workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri } of files) gone(oldUri);
        void this.read().then(give);
      });
      return Disposable.from(watcher, deleted, renamed);
    },
  };
}

async function findFiles({ uri }: WorkspaceFolder): Promise<Uri[]> {
  const pattern = new RelativePattern(uri, "**/*.lwnet");
  const found = await workspace.findFiles(pattern, "**/node_modules/**", maxFiles + 1);
  // Not every file system that an extension provides can be searched; each can be listed.
  return found.length > 0 ? found : listFiles(uri);
}

async function listFiles(root: Uri): Promise<Uri[]> {
  const found: Uri[] = [];
  const folders = [root];
  for (let i = 0; i < folders.length && i < maxFolders && found.length <= maxFiles; i++) {
    const folder = folders[i] ?? root;
    for (const [name, type] of await attempt(workspace.fs.readDirectory(folder), [])) {
      if (type === FileType.Directory && !name.startsWith(".") && name !== "node_modules")
        folders.push(Uri.joinPath(folder, name));
      else if (type === FileType.File && name.endsWith(".lwnet")) found.push(Uri.joinPath(folder, name));
    }
  }
  return found;
}

/** One that is gone, unreadable or too large counts as missing. */
async function readFile(uri: Uri): Promise<GivenFile> {
  const bytes = await attempt(workspace.fs.readFile(uri), undefined);
  const text = bytes && bytes.length <= maxFileBytes ? new TextDecoder().decode(bytes) : null;
  return { uri: uri.toString(), text };
}

async function attempt<T>(promise: Thenable<T>, otherwise: T): Promise<T> {
  try {
    return await promise;
  } catch {
    return otherwise;
  }
}
