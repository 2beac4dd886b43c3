/**
 * `lwnet.rename`: asks for another name than the one that a refactoring made up. The server sends it with the
 * refactoring; no menu has it, for VS Code has a command of its own.
 */
import { commands, Position, Uri } from "vscode";
import type { Position as Place } from "../../../server/src/lsp/protocol.ts";
import type { ClientContext } from "../activate.ts";

interface RenameArgument {
  readonly uri?: Uri | string;
  readonly position?: Place;
}

export async function rename(_: ClientContext, { uri, position }: RenameArgument = {}): Promise<void> {
  if (uri === undefined || !position) return;
  const place = new Position(position.line, position.character);
  await commands.executeCommand("editor.action.rename", [Uri.parse(uri.toString()), place]);
}
