import { basename, dirname } from "node:path/posix";
import { isIdentifier, isImportDeclaration, isPropertyAccessExpression } from "typescript/unstable/ast/is";
import { roomOf } from "./imports.ts";
import { type Source, type TextFile, type Violation, isTest, lineAt } from "./sources.ts";
import { findings } from "./syntax.ts";

type Ban = {
  readonly word: RegExp;
  /** What to write, or to do. */
  readonly instead: string;
  /** Where the word has another meaning. */
  readonly except?: (file: TextFile, line: string) => boolean;
};

// One letter of each word stands in brackets, so that this file may have them.
const BANS: readonly Ban[] = [
  { word: /\b(TO[D]O|FIXM[E]|XX[X])\b/, instead: "do it, or open an issue and leave no trace here" },
  {
    word: /whitelis[t]/i,
    instead: "say what is allowed",
    except: (_, line) => line.includes('"-protocol_'), // an option of ffmpeg has the word
  },
  { word: /blacklis[t]/i, instead: "say what is refused" },
  { word: /\bsimpl[y]\b/i, instead: "leave the word out" },
  { word: /\bobviousl[y]\b/i, instead: "leave the word out; if it is, nothing is lost" },
  { word: /\bhac[k](s|y|ed)?\b/i, instead: "say what is worked around, and why" },
  {
    word: /(identified|recogni[sz]ed|authenticated|known) by (its|the|their) client[ -]i[d]/i,
    instead: "a client id is a label and never an identity: say connection",
  },
  {
    word: /urgenc[y]/i,
    instead: "priority, for what a client asks for; a job's urgency is its priority and deadline together",
    except: ({ path }, line) => isOfJobs(path) || line.includes("RFC 9218"),
  },
];

/** Traces of one workplace, which mean nothing elsewhere. */
const TRACES: readonly Ban[] = [
  { word: /\bfar[m]-/, instead: "leave it out: it is a name of one workplace" },
  { word: /\/wor[k]\//, instead: "a path of one machine: make it relative, or an argument" },
  { word: /registry\.npm[j]s/, instead: "npm knows its registry; only package-lock.json may name it" },
];

const LOCK = "package-lock.json";

function isOfJobs(path: string): boolean {
  return /^src\/(production|playback|simulate)\/|^test\/|^ARCHITECTURE\.md$/.test(path);
}

export function bannedWords(files: readonly TextFile[]): Violation[] {
  return files.filter(({ path }) => path !== LOCK).flatMap((file) => findAll(file, BANS));
}

export function traces(files: readonly TextFile[]): Violation[] {
  return files.filter(({ path }) => path !== LOCK).flatMap((file) => findAll(file, TRACES));
}

function findAll(file: TextFile, bans: readonly Ban[]): Violation[] {
  return file.text.split("\n").flatMap((content, index) =>
    bans.flatMap(({ word, instead, except }) => {
      const [found] = word.exec(content) ?? [];
      if (found === undefined || except?.(file, content)) return [];
      return [{ path: file.path, line: index + 1, message: `"${found}": ${instead}` }];
    }),
  );
}

/** Rooms whose names are the design's words; in the others Node's and the web's are spoken too. */
const OWN_WORDS = new Set(["base", "wire", "library", "playback", "dispatch", "production"]);

/** ffprobe's own word for a track of a video, in what it prints. */
const FFPROBE = "src/library/import/probe.ts";

/**
 * "Stream" alone is no word of ours: it would mean movie, playback or connection, and nobody could tell
 * which.
 */
export function streams(sources: readonly Source[]): Violation[] {
  const own = sources.filter(({ path }) => OWN_WORDS.has(roomOf(path)) && !isTest(path) && path !== FFPROBE);
  const advice = "say which: movie, log of frames, playback, epoch, connection";
  const named = own
    .filter(({ path }) => /stream/i.test(basename(path)))
    .map(({ path }) => ({ path, message: `"stream" in its name: ${advice}` }));
  const used = own.flatMap((source) => {
    const theirs = importedNames(source);
    return findings(source, (node) => {
      if (!isIdentifier(node) || !/stream/i.test(node.text) || theirs.has(node.text)) return undefined;
      // A member of something of Node's, such as `fs.createReadStream`.
      if (isPropertyAccessExpression(node.parent) && node.parent.name === node) return undefined;
      return `"${node.text}": ${advice}`;
    });
  });
  return [...named, ...used];
}

/** Names that come from Node and from packages are theirs to choose. */
function importedNames({ syntax, text }: Source): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of syntax.statements) {
    if (!isImportDeclaration(statement) || /from\s+["']\./.test(text.slice(statement.pos, statement.end)))
      continue;
    for (const [name] of text.slice(statement.pos, statement.end).matchAll(/\w+/g)) names.add(name);
  }
  return names;
}

const VAGUE = /^(utils?|misc|common|helpers?)$/i;

export function vagueNames(files: readonly TextFile[]): Violation[] {
  return files.flatMap(({ path }) => {
    const words = [...dirname(path).split("/"), basename(path)].flatMap((part) => part.split(/[.\-_]/));
    const vague = words.find((word) => VAGUE.test(word));
    if (vague === undefined) return [];
    return [
      { path, message: `"${vague}" says nothing: name the noun that it is about, or move it to its user` },
    ];
  });
}

/** What npm writes, and nothing by hand: resolved from the public registry or a workspace of ours. */
export function lockBreaches({ path, text }: TextFile): Violation[] {
  const lock = JSON.parse(text) as { packages: Record<string, { resolved?: string; link?: boolean }> };
  const found: Violation[] = [];
  if (`${JSON.stringify(lock, undefined, 2)}\n` !== text)
    found.push({ path, message: "is not as npm writes it: run npm install and commit what it gives" });
  for (const [name, { resolved, link }] of Object.entries(lock.packages)) {
    if (resolved === undefined || link === true || /^https:\/\/registry\.npm[j]s\.org\//.test(resolved))
      continue;
    const line = lineAt(text, text.indexOf(resolved));
    found.push({
      path,
      line,
      message: `${name} comes from ${resolved}: only the public registry is for everyone`,
    });
  }
  return found;
}
