/** What the program says in one line. */
export type Report =
  /** A picture has been decoded and its samples follow. */
  | {
      readonly kind: "picture";
      readonly time: number;
      readonly layout: string;
      readonly width: number;
      readonly height: number;
    }
  /** Something is wrong with the picture; `isGivenUp` when there will be none. */
  | { readonly kind: "complaint"; readonly text: string; readonly isGivenUp: boolean }
  /** Anything else. */
  | { readonly kind: "remark"; readonly text: string };

/** `[Parsed_showinfo_1 @ 0x55] [info] n:   0 pts:  7 … fmt:rgb24 … s:64x48 …`: the filter showinfo. */
const PICTURE = /showinfo.* pts: *(\d+) .*fmt:(\S+) .*\bs:(\d+)x(\d+)\b/;
/** `[exr @ 0x55] [error] Wrong magic number 0.`: who speaks, how grave it is, and what it says. */
const LINE = /^(?:\[[^\]]*\] )*?\[(panic|fatal|error|warning|info)\] (.*)$/;
const GRAVE: ReadonlySet<string> = new Set(["error", "fatal", "panic"]);
/** What versions 5 to 7 say when a decoder has returned a failure instead of a picture. */
const GIVEN_UP = /^(Error while decoding|Decoding error|Error submitting)/;

/** Understands a line of the program, which was told to put the gravity before each (`level+info`). */
export function readReport(line: string): Report {
  const picture = PICTURE.exec(line);
  if (picture !== null) {
    const [, time, layout = "", width, height] = picture;
    return { kind: "picture", time: Number(time), layout, width: Number(width), height: Number(height) };
  }
  const [, gravity = "", text = line] = LINE.exec(line) ?? [];
  if (!GRAVE.has(gravity)) return { kind: "remark", text };
  return { kind: "complaint", text, isGivenUp: GIVEN_UP.test(text) };
}
