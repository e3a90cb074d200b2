import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

/** One value as a reader of Prometheus' text understands it. */
export type Sample = {
  readonly name: string;
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
};

export type Family = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
};

/** Debian's own: another may be in front of it in the path, which has not the package. */
const PYTHON = "/usr/bin/python3";

/** Says everything that the parser of Prometheus' own client library for Python finds; JSON knows no NaN. */
const SCRIPT = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families
def number(value):
    return value if value == value and abs(value) != float("inf") else str(value)
print(json.dumps([
    {"name": family.name, "type": family.type, "help": family.documentation, "samples": [
        {"name": sample.name, "labels": sample.labels, "value": number(sample.value)}
        for sample in family.samples]}
    for family in text_string_to_metric_families(sys.stdin.read())]))
`;

/** Reads metrics with a parser that is not ours. Fails when the text is not in Prometheus' format. */
export function parseMetrics(text: string): Family[] {
  const { status, stdout, stderr, error } = spawnSync(PYTHON, ["-c", SCRIPT], {
    input: text,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    timeout: 30_000,
  });
  assert.ok(status === 0, `apt-get install python3-prometheus-client: ${error?.message ?? stderr}`);
  return JSON.parse(stdout) as Family[];
}

/** The values of one name, added up over all labels but those that are given. */
export function sumOf(
  families: readonly Family[],
  name: string,
  labels: { readonly [name: string]: string } = {},
): number {
  return families
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
