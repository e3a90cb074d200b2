import { fault } from "../base/errors.ts";
import type { AnyNetpbmHeader } from "./netpbmPicture.ts";
import { isEndOfLine, unexpected } from "./netpbmScan.ts";
import type { Scan } from "./netpbmScan.ts";
import { quote } from "./quote.ts";

/** How many samples a pixel has, by the names of the pictures that PAM defines; a program may add others. */
const DEPTHS: ReadonlyMap<string, AnyNetpbmHeader["depth"]> = new Map([
  ["BLACKANDWHITE", 1],
  ["GRAYSCALE", 1],
  ["BLACKANDWHITE_ALPHA", 2],
  ["GRAYSCALE_ALPHA", 2],
  ["RGB", 3],
  ["RGB_ALPHA", 4],
]);

const NUMBERS = ["WIDTH", "HEIGHT", "DEPTH", "MAXVAL"] as const;
type NumberName = (typeof NUMBERS)[number];

type Lines = { readonly numbers: Map<NumberName, number>; tupleType: string };

/**
 * The header of a PAM, whose lines may come in any order, up to the line ENDHDR. Without a tuple type a
 * picture is what its depth says. Undefined when it does not end in these bytes.
 */
export function readPam(scan: Scan): AnyNetpbmHeader | undefined {
  const lines: Lines = { numbers: new Map(), tupleType: "" };
  const first = readLine(scan);
  if (first === undefined) return undefined;
  if (first.trim() !== "") throw unexpected({ ...scan, at: 2 }, "end of the line");
  for (let line = readLine(scan); line !== undefined; line = readLine(scan)) {
    if (line.trim() === "ENDHDR") return headerOf(lines, scan.at);
    takeLine(lines, line);
  }
  return undefined;
}

function readLine(scan: Scan): string | undefined {
  const start = scan.at;
  for (let at = start; at < scan.bytes.length; at++) {
    if (!isEndOfLine(scan.bytes[at])) continue;
    scan.at = at + 1;
    return decoder.decode(scan.bytes.subarray(start, at));
  }
  return undefined;
}

const decoder = new TextDecoder("latin1");

function takeLine(lines: Lines, line: string): void {
  const [, name = "", value = ""] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line) ?? [];
  if (name === "" || name.startsWith("#")) return;
  if (name === "TUPLTYPE") {
    // Several lines make one type, by the standard; no picture has one, so the joint is never seen.
    lines.tupleType = lines.tupleType === "" ? value : `${lines.tupleType} ${value}`;
    return;
  }
  const number = NUMBERS.find((known) => known === name);
  if (number === undefined)
    throw fault("FRAME_CORRUPT", `found ${quote(name)} in the header, expected a line that PAM has`);
  if (!/^\d{1,15}$/.test(value) || Number(value) === 0)
    throw fault("FRAME_CORRUPT", `found ${number} ${quote(value)} in the header, expected at least 1`);
  lines.numbers.set(number, Number(value));
}

function headerOf({ numbers, tupleType }: Lines, headerBytes: number): AnyNetpbmHeader {
  const [width = 0, height = 0, depth = 0, maxval = 0] = NUMBERS.map(
    (name) => numbers.get(name) ?? absent(name),
  );
  const expected =
    tupleType === "" ? ([1, 2, 3, 4] as const).find((any) => any === depth) : DEPTHS.get(tupleType);
  if (expected === undefined)
    throw fault("FRAME_UNSUPPORTED", `found tuples of ${depth} (${quote(tupleType)}), expected grey or RGB`);
  if (expected !== depth)
    throw fault("FRAME_CORRUPT", `found DEPTH ${depth} in the header, expected ${expected}: ${tupleType}`);
  return { coding: "binary", width, height, depth: expected, maxval, isLittleEndian: false, headerBytes };
}

function absent(name: NumberName): never {
  throw fault("FRAME_CORRUPT", `found no ${name} in the header`);
}
