import { posix } from "node:path";
import { importsOf, targetOf } from "./imports.ts";
import { type Source, type Violation, isTest } from "./sources.ts";

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Rings of files that import each other, types included. */
export function fileCycles(sources: readonly Source[]): Violation[] {
  return told(graphOf(sources, (path) => path));
}

/** Rings of folders of `src`. Tests look at everything, and belong to no stage. */
export function folderCycles(sources: readonly Source[]): Violation[] {
  return told(
    graphOf(
      sources.filter(({ path }) => !isTest(path)),
      folderOf,
    ),
  );
}

/** Files directly in `src` stand for themselves: they are the ends of the graph and no stage. */
function folderOf(path: string): string {
  return posix.dirname(path) === "src" ? path : posix.dirname(path);
}

function graphOf(sources: readonly Source[], nodeOf: (path: string) => string): Graph {
  const graph = new Map<string, Set<string>>();
  const edgesOf = (node: string): Set<string> => {
    const edges = graph.get(node) ?? new Set();
    graph.set(node, edges);
    return edges;
  };
  for (const source of sources) {
    const from = nodeOf(source.path);
    const edges = edgesOf(from);
    for (const target of importsOf(source).map(targetOf)) {
      if (target !== undefined && nodeOf(target) !== from) edges.add(nodeOf(target));
    }
  }
  return graph;
}

function told(graph: Graph): Violation[] {
  return components(graph)
    .filter((nodes) => nodes.length > 1)
    .map((nodes) => {
      const [path = ""] = nodes.toSorted();
      const advice = "let the inner one declare a port (an interface) and the outer one implement it";
      return {
        path,
        message: `is in a ring of imports with ${nodes.toSorted().slice(1).join(", ")}: ${advice}`,
      };
    });
}

type Visit = { readonly index: number; low: number; onStack: boolean };

/** Strongly connected components (Tarjan 1972). */
function components(graph: Graph): string[][] {
  const visits = new Map<string, Visit>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): Visit => {
    const own: Visit = { index: visits.size, low: visits.size, onStack: true };
    visits.set(node, own);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      const other = visits.get(next);
      if (other === undefined) own.low = Math.min(own.low, visit(next).low);
      else if (other.onStack) own.low = Math.min(own.low, other.index);
    }
    if (own.low === own.index) found.push(popUntil(node));
    return own;
  };
  const popUntil = (node: string): string[] => {
    const nodes = stack.splice(stack.indexOf(node));
    for (const each of nodes) {
      const popped = visits.get(each);
      if (popped !== undefined) popped.onStack = false;
    }
    return nodes;
  };
  for (const node of graph.keys()) if (!visits.has(node)) visit(node);
  return found;
}
