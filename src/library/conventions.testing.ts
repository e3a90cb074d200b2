/** What users of image sequences expect of names in one folder, and what becomes of them. */
export type Convention = {
  readonly convention: string;
  readonly files: readonly string[];
  /** By the movie's name (empty: the folder's): its frame numbers, and those that are holes between them. */
  readonly movies: Readonly<Record<string, readonly [numbers: string, holes: string]>>;
};

const span = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** `a0998.ppm` and so on, padded to `width`. */
const padded = (first: number, last: number, width: number): string[] =>
  span(first, last).map((number) => `a${String(number).padStart(width, "0")}.ppm`);

const row = (convention: string, files: readonly string[], movies: Convention["movies"]): Convention => ({
  convention,
  files,
  movies,
});

const NUMBERS: readonly Convention[] = [
  // What nearly every tool got wrong first: tlRender#122, mrv2#191, mrv2#273, pyseq#79.
  row("0999 → 1000 is one sequence", padded(998, 1002, 4), { a: ["998..1002", ""] }),
  row("999 → 1000 is one sequence", padded(998, 1002, 1), { a: ["998..1002", ""] }),
  row("099 → 100 → 1000 is one sequence", [...padded(98, 101, 3), "a1000.ppm"], {
    a: ["98..101 1000", "102..999"],
  }),
  row("9 → 10 → 100 without padding is one sequence", ["a9.ppm", "a100.ppm", "a10.ppm"], {
    a: ["9..10 100", "11..99"],
  }),
  row("99 → 100 with padding of two is one sequence", padded(98, 101, 2), { a: ["98..101", ""] }),
  row("mixed padding is one sequence", ["a1.ppm", "a02.ppm", "a003.ppm"], { a: ["1..3", ""] }),
  row("the numbers of the files are those of the frames", ["shot.1001.png", "shot.1003.png"], {
    shot: ["1001 1003", "1002"],
  }),
  row("a stepped sequence keeps its numbers", ["s.1.tif", "s.11.tif", "s.21.tif"], {
    s: ["1 11 21", "2..10 12..20"],
  }),
  row("order is numeric", ["sw10.ppm", "sw2.ppm", "sw1.ppm"], { sw: ["1..2 10", "3..9"] }),
  row("frame 0 is a frame", ["a0000.ppm"], { a: ["0", ""] }),
  row("one file with digits is a movie of one frame", ["photo7.jpg"], { photo: ["7", ""] }),
  row("zeros are padding, however many", [`a${"0".repeat(200)}7.ppm`], { a: ["7", ""] }),
  row("only ASCII digits are digits", ["a١.ppm", "b１2.ppm", "c².ppm"], { b１: ["2", ""] }),
  row("15 digits are a number", ["a999999999999999.ppm", "a999999999999998.ppm"], {
    a: ["999999999999998..999999999999999", ""],
  }),
];

const SIGNS: readonly Convention[] = [
  row("a - is a sign only after another separator", ["shot.-2.ppm", "shot.1.ppm", "take-5.ppm"], {
    shot: ["-2 1", "-1..0"],
    take: ["5", ""],
  }),
  row(
    "padded negative numbers are numbers",
    ["shot.-0010.ppm", "shot.-009.ppm", "shot.-8.ppm", "shot.-0.ppm", "shot.0001.ppm"],
    { shot: ["-10..-8 0..1", "-7..-1"] },
  ),
  row("a - before the first character is no sign", ["-5.ppm"], { "": ["5", ""] }),
  row("the parts of a date have no signs", ["2024-01-02.ppm", "2024-01-03.ppm"], { "2024-01": ["2..3", ""] }),
];

const NAMES: readonly Convention[] = [
  row("a file without digits is no frame", ["poster.png", "a1.png", "README"], { a: ["1", ""] }),
  row(". _ - before the digits are not part of the name", ["a.1.ppm", "b_1.ppm", "c-1.ppm", "d._-1.ppm"], {
    a: ["1", ""],
    b: ["1", ""],
    c: ["1", ""],
    d: ["-1", ""],
  }),
  row("files that only separators tell apart are one movie", ["a_1.ppm", "a.2.ppm", "a3.ppm"], {
    a: ["1..3", ""],
  }),
  row(
    "no name begins or ends with a space",
    ["Image 001.tif", "Image 002.tif", "take - 1.ppm", " x1.ppm", "001 red.tif"],
    { Image: ["1..2", ""], take: ["1", ""], x: ["1", ""], red: ["1", ""] },
  ),
  row("the suffix joins the name", ["render_0001_beauty.png", "render_0002_beauty.png"], {
    render_beauty: ["1..2", ""],
  }),
  row(
    "a suffix without a separator takes that of the digits",
    ["render_1beauty.png", "sw1b.ppm", "01_z.ppm", "img 1 red.png"],
    { render_beauty: ["1", ""], swb: ["1", ""], z: ["1", ""], "img red": ["1", ""] },
  ),
  row("suffixes keep sequences apart", ["r1.l.png", "r2.l.png", "r1.r.png", "r1.png"], {
    "r.l": ["1..2", ""],
    "r.r": ["1", ""],
    r: ["1", ""],
  }),
  row("names that are only digits are the folder's", ["0001.png", "0002.png", "_3.png"], {
    "": ["1..3", ""],
  }),
  row("several sequences share a folder", ["a1.ppm", "b1.ppm", "a2.ppm"], {
    a: ["1..2", ""],
    b: ["1", ""],
  }),
  row("sequences that would share a name add their extension", ["x.1.png", "x.1.tif", "x.2.tif", "y1.png"], {
    "x~png": ["1", ""],
    "x~tif": ["1..2", ""],
    y: ["1", ""],
  }),
  row("the case of the extension does not matter", ["a1.png", "a2.PNG", "a3.Png"], { a: ["1..3", ""] }),
  row("the case of the name does", ["A1.png", "a2.png"], { A: ["1", ""], a: ["2", ""] }),
  row("letters composed in two ways are the same letters", ["e\u03011.ppm", "\u00e92.ppm"], {
    "\u00e9": ["1..2", ""],
  }),
  row("names of objects are names", ["toString1.ppm", "valueOf1.ppm"], {
    ["toString" as string]: ["1", ""],
    ["valueOf" as string]: ["1", ""],
  }),
  row("dots are nothing special", ["..1.ppm", "...2.ppm", "a..3.ppm"], { "": ["1..2", ""], a: ["3", ""] }),
  row("any character may stand in a name", ["é1.ppm", "a b:c,%1.ppm", "\u00071.ppm"], {
    é: ["1", ""],
    "a b:c,%": ["1", ""],
    "\u0007": ["1", ""],
  }),
];

const SEVERAL_RUNS: readonly Convention[] = [
  row("the run with most values is the frame", ["cam1_1.ppm", "cam1_2.ppm", "cam1_3.ppm", "cam2_1.ppm"], {
    cam1: ["1..3", ""],
    cam2: ["1", ""],
  }),
  row("also when it comes first", ["1_cam1.ppm", "2_cam1.ppm", "3_cam2.ppm"], {
    cam1: ["1..2", ""],
    cam2: ["3", ""],
  }),
  row("a run that does not vary is part of the name", ["s_0001_1920x1080.png", "s_0002_1920x1080.png"], {
    s_1920x1080: ["1..2", ""],
  }),
  row("of runs with as many values the last is the frame", ["v1_1.ppm", "v2_2.ppm"], {
    v1: ["1", ""],
    v2: ["2", ""],
  }),
  row("of runs that do not vary the last is the frame", ["v001_0720p.ppm"], { v001_p: ["720", ""] }),
  row("padding is no value of its own", ["v1_1.ppm", "v01_2.ppm", "v001_2.ppm"], {
    v1: ["1", ""],
    v01: ["2", ""],
    v001: ["2", ""],
  }),
  row("a sign makes another value", ["a.-1_1.ppm", "a.1_1.ppm"], { a_1: ["-1 1", "0"] }),
];

const STAMPS: readonly Convention[] = [
  row(
    "names of more than 15 digits are numbered from 1, in their order",
    ["1403636579763555584.png", "1403636579813555456.png", "999999999999999999.png"],
    { "": ["1..3", ""] },
  ),
  row(
    "so are those with signs",
    ["c_-1234567890123456.png", "c_1234567890123456.png", "c_-9999999999999999.png"],
    {
      c: ["1..3", ""],
    },
  ),
  row("a name of many digits renumbers no others", ["c_1001.png", "c_1234567890123456.png", "c_1002.png"], {
    c: ["1001..1002", ""],
    "c~2": ["1", ""],
  }),
];

/** One row for each convention of docs/movies.md. */
export const CONVENTIONS: readonly Convention[] = [
  ...NUMBERS,
  ...SIGNS,
  ...NAMES,
  ...SEVERAL_RUNS,
  ...STAMPS,
];
