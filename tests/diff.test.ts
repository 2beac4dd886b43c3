/** `lwnet diff` as a person meets it, in a git repository of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "lwnet-diff-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: string[]): void {
  const identity = [
    "-c",
    "user.name=Test",
    "-c",
    "user.email=test@example.org",
    "-c",
    "commit.gpgsign=false",
  ];
  execFileSync("git", [...identity, ...args], { cwd: folder, stdio: "ignore" });
}

function lwnet(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve("dist/cli.js"), ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
  });
  return { code: status, out: stdout, err: stderr };
}

const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
const unit = (channels: number) => `block unit() { conv(${channels}, 3) -> relu }\n`;
const net = `import { unit } from "./parts/unit.lwnet"
network Net { input image: [3, 32, 32] -> unit -> global_avg_pool -> flatten -> linear(10) }
network Other { input image: [3, 8, 8] -> relu }
`;

beforeAll(() => {
  mkdirSync(join(folder, "parts"));
  file("parts/unit.lwnet", unit(8));
  file("net.lwnet", net);
  git("init", "--initial-branch=main");
  git("add", ".");
  git("commit", "-m", "first");
  file("parts/unit.lwnet", unit(16));
});

test("a file is compared with the last commit, and so is what it imports", () => {
  const { code, out } = lwnet("diff", "net.lwnet");
  expect(code).toBe(0);
  expect(out).toContain("Net at HEAD → Net now  5 layers changed");
  expect(out).toMatch(/conv\(8, 3\) → conv\(16, 3\) +8×32×32 → 16×32×32/);
  expect(out).toContain("Other now: its layer is the same");
});

test("two networks are compared, of files or of revisions", () => {
  expect(lwnet("diff", "net.lwnet#Net", "main:net.lwnet#Net").out).toContain("Net now → Net at main");
  expect(lwnet("diff", "net.lwnet#Net", "net.lwnet#Other").out).toContain("Net → Other");
});

test("other programs get every pair, and pull requests a table", () => {
  const [first] = JSON.parse(lwnet("diff", "net.lwnet", "--json").out);
  expect(first).toMatchObject({
    names: { after: "Net now" },
    delta: { params: 304 },
    changes: { changed: 5 },
  });
  expect(lwnet("diff", "net.lwnet", "--markdown").out).toContain("<summary>5 layers changed</summary>");
});

test.each([
  [["diff", "net.lwnet", "--since", "nope"], "there is no revision `nope` in the repository of net.lwnet"],
  [["diff", "main:gone.lwnet", "net.lwnet"], "there is no gone.lwnet at the revision main"],
  [["diff", "net.lwnet", "--since", "--output=x"], "there is no revision `--output=x`"],
  [["diff", "net.lwnet#Nett", "net.lwnet"], "there is no network `Nett` in net.lwnet"],
])("%j says what is wrong", (args, message) => {
  const { code, err } = lwnet(...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("a file in no repository has no revisions", () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "lwnet-nogit-"));
  writeFileSync(join(elsewhere, "a.lwnet"), net);
  const { err } = lwnet("diff", join(elsewhere, "a.lwnet"));
  rmSync(elsewhere, { recursive: true });
  expect(err).toContain("is in no git repository");
});
