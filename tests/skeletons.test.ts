/** What a new file begins with. */
import { expect, test } from "vitest";
import { skeletons } from "../client/src/skeletons.ts";
import { diagnostics, formatting, networks, Workspace } from "../server/src/core/index.ts";

const uri = "untitled:Untitled-1";

test.each(skeletons.map((skeleton) => [skeleton.id, skeleton.text] as const))(
  "%s has no faults, is formatted, and its network can be exported",
  (id, text) => {
    const workspace = new Workspace();
    workspace.setFile(uri, text);
    const analysis = workspace.analysis();
    expect(diagnostics(analysis, uri)).toEqual([]);
    expect(formatting(analysis, uri)).toEqual([]);
    const names = networks(analysis, uri).map(({ name, problem }) => [name, problem]);
    expect(names).toEqual(id === "blocks" || id === "empty" ? [] : [["Net", undefined]]);
  },
);
