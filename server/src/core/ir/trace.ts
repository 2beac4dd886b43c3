/**
 * The scopes of an expanded network: which call, repeat, iteration or group each node was made in. For what is written
 * with blocks and loops of its own, as source code is; names and nodes are those of the flat graph.
 */
import type { Body, Statement } from "../../../../grammar/ast.ts";
import type { Instance, Owner } from "../elaborate/instance.ts";
import type { GraphNode, GraphValue } from "./graph.ts";

export interface ScopeTrace {
  readonly kind: "network" | "call" | "repeat" | "iteration" | "group";
  /** What it is one use of: scopes with the same owner have the same text. */
  readonly owner: Owner | Statement | Body;
  /** Of a network, a call or an iteration. */
  readonly instance: Instance | undefined;
  /** The tensors that its instance's inputs are. */
  readonly inputs?: readonly GraphValue[];
  /** Names in it begin with this and a dot, as a rule; it may be that of the scope around it. */
  readonly prefix: string;
  /** In the order of execution. */
  readonly items: (GraphNode | ScopeTrace)[];
}
