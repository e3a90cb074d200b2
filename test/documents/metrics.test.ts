import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { ERROR_STAGES } from "../../src/observe/metrics/faults.ts";
import { measuring } from "../../src/observe/metrics.testing.ts";
import { readPage } from "./page.ts";

const page = readPage("metrics.md");

/** The rows of the page's tables, as cells without back quotes, by the metric's name. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| `mutoscope_"))
  .map((line) => line.split("|").map((cell) => cell.replaceAll("`", "").trim()))
  .map(([, name = "", type, labels, unit, meaning]) => ({ name, type, labels, unit, meaning }));

/** What a name says of its unit. */
function unitOf(name: string): string {
  if (name.endsWith("_bytes_per_second")) return "bytes per second";
  return /_(seconds|bytes|ratio)(_total)?$/.exec(name)?.[1] ?? "–";
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

const blocks = (language: string): string[] =>
  Array.from(page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms")), ([, text = ""]) => text);

describe("the page of metrics", () => {
  // Whoever writes an alert looks names up here; one that is missing is never used, one too many never fires.
  it("lists every metric once, with the type, labels, unit and sentence that the server gives it", (t) => {
    const { families } = measuring(t);
    const expected = families.map(({ name, type, labels, help }) => ({
      name,
      type,
      labels: labels.join(" ") || "–",
      unit: unitOf(name),
      meaning: help,
    }));
    assert.deepEqual(rows.toSorted(byName), expected.toSorted(byName));
  });

  // An expression with a name or label that is not there is no error for Prometheus: it is silent for ever.
  it("asks in its examples and alerts only for metrics and labels that there are", (t) => {
    const { families } = measuring(t);
    const [alerts = ""] = blocks("yaml alerts");
    const { groups } = parse(alerts) as { groups: { rules: { alert: string; expr: string }[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    assert.ok(rules.length >= 5 && blocks("promql").length >= 5, "too little to be of use");
    for (const expression of [...rules.map(({ expr }) => expr), ...blocks("promql")])
      for (const [, name = "", selector = ""] of expression.matchAll(/\b(mutoscope_\w+)(?:\{(.*?)\})?/g)) {
        const base = name.replace(/_(bucket|sum|count)$/, "");
        const family = families.find((one) => one.name === base || one.name === name);
        assert.ok(family !== undefined, `${name} is no metric`);
        assert.ok(name === base || family.type === "histogram" || family.name === name, name);
        for (const [, label = ""] of selector.matchAll(/(\w+)\s*(?:=|!)/g))
          assert.ok(family.labels.includes(label), `${name} has no label ${label}`);
      }
  });

  // The stage tells where to look.
  it("names every stage in which errors are counted", () => {
    const [, sentence = ""] = /^`stage` is (.*?)\. /m.exec(page) ?? [];
    assert.deepEqual(
      Array.from(sentence.matchAll(/`(\w+)`/g), ([, stage]) => stage),
      [...ERROR_STAGES],
    );
  });
});
