import { importsOf } from "./imports.ts";
import { type Source, type TextFile, type Violation, isTest } from "./sources.ts";

type Manifest = {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
};

/** Programs, types, and scripts that tests put into pages: used without an import. */
const NOT_IMPORTED = new Set([
  "axe-core",
  "media-chrome",
  "@types/node",
  "@types/range-parser",
  "@types/ws",
  "oxfmt",
  "oxlint",
  "oxlint-tsgolint",
]);

const MANIFEST = "package.json";

/** Dependencies that no source imports, and imports that no manifest knows. */
export function packageBreaches(sources: readonly Source[], manifest: TextFile): Violation[] {
  const { name: own, dependencies = {}, devDependencies = {} } = JSON.parse(manifest.text) as Manifest;
  // Examples import the package as people do.
  const all = { ...dependencies, ...devDependencies, [own]: "" };
  const product = sources.filter(({ path }) => !isTest(path) && !isBundled(path));
  const unused = [
    ...Object.keys(dependencies).filter((name) => !packagesOf(product).has(name)),
    ...Object.keys(devDependencies).filter(
      (name) => !packagesOf(sources).has(name) && !NOT_IMPORTED.has(name),
    ),
  ];
  const misplaced = [
    ...missing(product, { ...dependencies, [own]: "" }, "dependencies: the product needs it"),
    ...missing(sources, all, "devDependencies, or do without it"),
  ];
  return [
    ...unused.map((name) => ({ path: MANIFEST, message: `${name} is imported nowhere: take it out` })),
    ...misplaced,
  ];
}

/** What pages import is in the files that are built of them: nobody installs it with the product. */
function isBundled(path: string): boolean {
  return path.startsWith("web/");
}

function missing(sources: readonly Source[], known: object, where: string): Violation[] {
  return sources.flatMap((source) =>
    [...packagesOf([source])]
      .filter((name) => !(name in known))
      .map((name) => ({ path: source.path, message: `imports ${name}: add it to ${where}` })),
  );
}

/** Names of packages that are imported, without the parts behind them: `@nats-io/kv/x` → `@nats-io/kv`. */
function packagesOf(sources: readonly Source[]): ReadonlySet<string> {
  const specifiers = sources.flatMap(importsOf).map(({ specifier }) => specifier);
  const packages = specifiers.filter((specifier) => !/^(\.|\/|node:)/.test(specifier));
  return new Set(packages.map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/")));
}
