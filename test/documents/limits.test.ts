import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Node } from "typescript/unstable/ast";
import { SyntaxKind } from "typescript/unstable/ast";
import {
  isAsExpression,
  isBinaryExpression,
  isCallExpression,
  isIdentifier,
  isNumericLiteral,
  isObjectLiteralExpression,
  isParenthesizedExpression,
  isPropertyAssignment,
  isVariableStatement,
} from "typescript/unstable/ast/is";
import { parseDuration, parseSize } from "../../src/base/quantity.ts";
import { SETTING_NAMES, defaultText, keyOf, rowOf } from "../../src/settings.ts";
import { type Source, isTest, parse, readFiles } from "../architecture/sources.ts";
import { readPage } from "./page.ts";

const page = readPage("limits.md");

/** Settings that bound nothing. */
const NO_BOUNDS = new Set(["classic", "http"]);

/** Numbers that bound nothing: units, codes of characters and formats, defaults of what a viewer asks for. */
const NO_LIMITS: Readonly<Record<string, readonly string[]>> = {
  "base/ipAddress.ts": ["GROUPS"],
  "base/units.ts": ["KiB", "MiB", "GiB", "WORST_PRIORITY", "DEFAULT_PRIORITY"],
  "base/rate.ts": [
    "DEFAULT_RATE.numerator",
    "DEFAULT_RATE.denominator",
    "SLOWEST_RATE",
    "NEAR",
    "LARGEST_PART",
  ],
  "cli/failure.ts": ["STATUS.ok", "STATUS.fault", "STATUS.usage", "STATUS.bug"],
  "cli/priorityLines.ts": ["SHOWN_BLOCKS", "TENTHS"],
  "cli/movieTable.ts": ["LEAST_NAME", "LEAST_STATE"],
  "cli/progressBar.ts": ["BAR"],
  "cli/scenarioSettings.ts": ["MACHINE.cores"],
  "cli/terminal/halfBlocks.ts": [
    "PIXELS_IN_ROW",
    "FIRST_OF_CUBE",
    "FIRST_GREY",
    "DARKEST_GREY",
    "GREY_STEP",
    "GREYS",
  ],
  "cli/terminal/keys.ts": ["FAR"],
  "cli/terminal/screen.ts": ["USUAL.columns", "USUAL.rows"],
  "settings/rules.ts": ["HAIR"],
  "settings/promises.ts": ["WHOLE"],
  "transports/tcp/kernelBuffers.ts": ["PAGE"],
  "transports/http/entityTag.ts": ["TAG_CHARACTERS"],
  "transports/http/limits.ts": ["FOR_EVER", "HEAD_BYTES", "PROBLEM_BYTES"],
  "transports/http/priority.ts": ["WORST"],
  "transports/http/problems.ts": [
    "RETRY_AFTER.BUSY",
    "RETRY_AFTER.CONNECTION_LIMIT",
    "RETRY_AFTER.FRAME_CHANGING",
    "RETRY_AFTER.LIBRARY_SCANNING",
  ],
  "transports/http/refusals.ts": ["STATUSES.HPE_HEADER_OVERFLOW", "STATUSES.ERR_HTTP_REQUEST_TIMEOUT"],
  "transports/http/serverTiming.ts": ["LEAST"],
  "dispatch/bucket.ts": ["CYCLE_MS"],
  "dispatch/prioritySet.ts": ["PRIORITIES", "WORD"],
  "library/import/probe.ts": ["SAME_RATE"],
  "library/digits.ts": ["ZERO", "DOT", "DASH", "UNDERSCORE"],
  "library/probe/exr.ts": ["MAGIC"],
  "library/probe/jp2.ts": ["CODE_START", "SIGNATURE", "DEPTH"],
  "library/probe/png.ts": ["SIGNATURE"],
  "library/probe/rasters.ts": ["OS2", "WITH_MASKS"],
  "library/probe/tiff.ts": [
    "TAG.width",
    "TAG.height",
    "TAG.bits",
    "TAG.meaning",
    "TAG.samples",
    "TAG.sampleFormat",
    "PALETTE",
    "SEPARATED",
    "FLOATING_POINT",
  ],
  "library/probe/webp.ts": ["HAS_ALPHA", "LOSSLESS", "LOSSY", "SIZE"],
  "library/tiff/directories.ts": ["INTEL", "MOTOROLA", "CLASSIC", "BIG"],
  "library/tiff/pages.ts": ["NEW_SUBFILE_TYPE", "IS_REDUCED"],
  "library/sequence.ts": ["FIRST_REVISION"],
  "library/live/library.ts": ["IDS_OF_A_PART"],
  "observe/standardError.ts": ["STANDARD_ERROR"],
  "playback/ahead.ts": ["SLOTS"],
  "playback/latency.ts": ["LATENCY_GAIN"],
  "playback/stride.ts": ["WAIT_GAIN", "CLOSING", "KEEPS_UP"],
  "playback/need.ts": ["BITS"],
  "playback/tally.ts": ["NUMBER_BYTES", "ENTRY_BYTES"],
  "base/rendition.ts": ["DEFAULT_QUALITY", "LARGEST_LEVEL", "STOP_PARTS"],
  "production/decode/encoded/end.ts": ["IEND", "EOI"],
  "production/decode/kind.ts": ["SIGNATURE_BYTES"],
  "production/decode/tiff/direct.ts": ["UNCOMPRESSED"],
  "production/decode/tiff/pages.ts": ["IS_REDUCED"],
  "production/decode/tiff/tiff.ts": ["JPEG"],
  "production/render/encode.ts": ["PNG_COMPRESSION", "WEBP_EFFORT"],
  "production/render/jpeg.ts": ["FULL_COLOUR_QUALITY"],
  "production/render/measure.ts": ["OUTSIDE", "WHITE_FROM", "WHITE_TO"],
  "production/render/yuv.ts": ["SHIFT", "ONE", "HALF", "MIDDLE"],
  "production/render/tone.ts": ["FINE_STEPS", "COARSE_STEPS"],
  "production/inspect/histogram.ts": ["VALUES"],
  "observe/metrics/eventLoop.ts": ["EVERY", "NS_PER_S"],
  "production/makers.ts": ["MAKERS_VERSION"],
  "production/diskEntry.ts": ["ENTRY_HEADER", "DIGEST_AT", "SHAPE_AT", "CHECK_AT"],
  "production/program/command.ts": ["PIXEL_BYTES.exr", "PIXEL_BYTES.hdr", "PIXEL_BYTES.bmp"],
  "production/program/ivf.ts": ["HEADER_BYTES", "PICTURE_HEADER_BYTES"],
  "production/program/outlines/exrHeader.ts": ["SIGNATURE", "TILED", "DEEP", "SEVERAL_PARTS"],
  "production/program/outlines/jp2.ts": ["MARKERS.start", "MARKERS.size", "MARKERS.tilePart", "MARKERS.end"],
  "production/program/outlines/plain.ts": ["BMP_PIXEL", "OLDER"],
  "production/program/outlines/sgi.ts": ["SIGNATURE", "START"],
  "production/program/outlines/tga.ts": ["HEADER_BYTES", "PALETTE", "GREY", "PACKED"],
  "settings.ts": ["SECOND", "MINUTE", "HOUR", "DAY", "MOST_WORKERS"],
  "playback/admittance.ts": ["HUNDREDTHS"],
  "playback/recent.ts": ["PARTS", "PART_MS"],
  "transports/movieOrder.ts": ["LIVE"],
  "transports/playbacks.ts": ["ID_CHARACTERS", "BASE"],
  "transports/websocket/program.ts": ["MICROSECONDS"],
  "wire/classicReader.ts": ["LF", "P"],
  "wire/jpegComment.ts": ["MARKER", "START", "COMMENT", "FIRST_APPLICATION", "LAST_APPLICATION"],
  "wire/websocket/frameHeader.ts": [
    "VERSION",
    "KIND_FRAME",
    "KIND_CONTINUATION",
    "FLAG_SUBSTITUTE",
    "FRAME_HEADER_BYTES",
    "CONTINUATION_BYTES",
    "AT.version",
    "AT.kind",
    "AT.flags",
    "AT.playback",
    "AT.epoch",
    "AT.format",
    "AT.headerLength",
    "AT.message",
    "AT.frame",
    "AT.revision",
    "AT.time",
    "AT.width",
    "AT.height",
    "AT.length",
    "LARGEST_U32",
  ],
  "wire/websocket/protocol.ts": [
    "CLOSE_CODES.normal",
    "CLOSE_CODES.goingAway",
    "CLOSE_CODES.protocolError",
    "CLOSE_CODES.binaryFromClient",
    "CLOSE_CODES.notJson",
    "CLOSE_CODES.policy",
    "CLOSE_CODES.tooBig",
    "CLOSE_CODES.serverFailed",
    "CLOSE_CODES.tryLater",
  ],
  "wire/websocket/wish.ts": ["DEFAULT_WISH.direction"],
  "wire/netpbmScan.ts": ["HASH"],
  "wire/netpbmText.ts": ["ZERO"],
  "wire/requests.ts": ["LF", "CR", "NUL"],
};

/** The drawing of the built-in movie, and what only simulations have. */
const NOT_OF_THE_SERVER = /^src\/(library\/demo|simulate)\//;

/** A constant of a file, with its value. */
type Constant = { readonly file: string; readonly name: string; readonly value: number };

const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 * 1024 };

/** The value of an expression of numbers and units, whatever type it is given; undefined for any other. */
function valueOf(node: Node, known: ReadonlyMap<string, number>): number | undefined {
  const inside = (part: Node): number | undefined => valueOf(part, known);
  if (isNumericLiteral(node)) return Number(node.text);
  if (isIdentifier(node)) return known.get(node.text) ?? UNITS[node.text];
  if (isAsExpression(node) || isParenthesizedExpression(node)) return inside(node.expression);
  if (isCallExpression(node) && isIdentifier(node.expression)) {
    const [argument] = node.arguments;
    return argument !== undefined && node.arguments.length === 1 ? inside(argument) : undefined;
  }
  if (!isBinaryExpression(node)) return undefined;
  const [left, right] = [inside(node.left), inside(node.right)];
  if (left === undefined || right === undefined) return undefined;
  return calculate(node.operatorToken.kind, left, right);
}

function calculate(operator: SyntaxKind, left: number, right: number): number | undefined {
  if (operator === SyntaxKind.AsteriskToken) return left * right;
  if (operator === SyntaxKind.SlashToken) return left / right;
  if (operator === SyntaxKind.PlusToken) return left + right;
  if (operator === SyntaxKind.MinusToken) return left - right;
  return operator === SyntaxKind.AsteriskAsteriskToken ? left ** right : undefined;
}

/** The numeric constants at a file's top, those inside of an object by `NAME.key`. */
function constantsOf({ path, syntax }: Source): Constant[] {
  const file = path.replace(/^src\//, "");
  const known = new Map<string, number>();
  for (const statement of syntax.statements) {
    if (!isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!isIdentifier(name) || initializer === undefined || !/^[A-Z][A-Za-z0-9_]*$/.test(name.text))
        continue;
      for (const [key, node] of numbersIn(name.text, initializer)) {
        const value = valueOf(node, known);
        if (value !== undefined) known.set(key, value);
      }
    }
  }
  return Array.from(known, ([name, value]) => ({ file, name, value }));
}

function numbersIn(name: string, initializer: Node): (readonly [string, Node])[] {
  const node = isAsExpression(initializer) ? initializer.expression : initializer;
  if (!isObjectLiteralExpression(node)) return [[name, node]];
  return node.properties.flatMap((property) =>
    isPropertyAssignment(property) && isIdentifier(property.name)
      ? [[`${name}.${property.name.text}`, property.initializer] as const]
      : [],
  );
}

/** What the page says of a bound: its default, by what stands in the column of keys and constants. */
const rows = new Map(
  page
    .split("\n")
    .map((line) => line.split(" | "))
    .flatMap(([, value = "", source = ""]) => (source.startsWith("`") ? [[source, value] as const] : [])),
);

function says(value: string, number: number): boolean {
  return [Number(value), parseSize(value), parseDuration(value)].includes(number);
}

// Law 6: a bound that the page does not name is one that nobody knows when memory runs out.
describe("the page of limits", () => {
  for (const name of SETTING_NAMES) {
    const { kind, sentence } = rowOf(name);
    if (!/^a (size|whole number|time)/.test(kind.expected) || NO_BOUNDS.has(name)) continue;
    it(`has the setting ${keyOf(name)} with its default`, () => {
      assert.equal(rows.get(`\`${keyOf(name)}\``), defaultText(name), sentence);
    });
  }

  const sources = parse(readFiles()).filter(({ path }) => path.startsWith("src/") && !isTest(path));
  const constants = sources.filter(({ path }) => !NOT_OF_THE_SERVER.test(path)).flatMap(constantsOf);
  // Nothing is bounded by 0: it is where counts begin.
  const bounds = constants.filter(({ file, name, value }) => value !== 0 && !NO_LIMITS[file]?.includes(name));

  for (const { file, name, value } of bounds) {
    it(`has the constant ${name} of src/${file} with its value`, () => {
      const said = rows.get(`\`${name}\` (\`${file}\`)`);
      assert.ok(said !== undefined, `${name} (${file}) is ${value}: say on docs/limits.md what it bounds`);
      assert.ok(says(said, value), `the page says ${said}, the source ${value}`);
    });
  }

  it("names no constant that the sources do not have", () => {
    const known = new Set(constants.map(({ file, name }) => `\`${name}\` (\`${file}\`)`));
    const named = [...rows.keys()].filter((source) => / \(`/.test(source) && /^`[A-Z][A-Z_]/.test(source));
    assert.deepEqual(
      named.filter((source) => !known.has(source)),
      [],
    );
  });

  // A constant that was removed must not leave its excuse behind.
  it("is excused from no number that the sources do not have", () => {
    const known = new Set(constants.map(({ file, name }) => `${file} ${name}`));
    const excused = Object.entries(NO_LIMITS).flatMap(([file, names]) =>
      names.map((name) => `${file} ${name}`),
    );
    assert.deepEqual(
      excused.filter((name) => !known.has(name)),
      [],
    );
  });
});
