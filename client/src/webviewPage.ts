/** The page that a webview shows: one script and one style sheet of the extension, and nothing from elsewhere. */
import { Uri, type Webview } from "vscode";

export interface WebviewPage {
  readonly title: string;
  /** Where the files below are. */
  readonly folder: Uri;
  readonly script: string;
  readonly style: string;
  /** Directives of the content security policy beside those for the script and the style sheet. */
  readonly policy: readonly string[];
  /** What the script finds in the body. */
  readonly body?: string;
}

export function webviewPage(
  webview: Webview,
  { title, folder, script, style, policy, body }: WebviewPage,
): string {
  const source = (file: string) => webview.asWebviewUri(Uri.joinPath(folder, file)).toString();
  const nonce = crypto.randomUUID().replaceAll("-", "");
  const directives = ["default-src 'none'", `script-src 'nonce-${nonce}'`, ...policy].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${directives}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${source(style)}">
<title>${title}</title>
</head>
<body>
${body === undefined ? "" : `${body}\n`}<script nonce="${nonce}" src="${source(script)}"></script>
</body>
</html>`;
}
