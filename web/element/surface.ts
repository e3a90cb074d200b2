import type { Decoded } from "./decode.ts";
import type { Picture } from "./picture.ts";
import { STYLES } from "./styles.ts";
import type { Caption } from "./words.ts";

export type Painting = {
  readonly picture: Picture | undefined;
  readonly caption: Caption;
  /** Stands where the picture would be. */
  readonly message: string | undefined;
};

/** What people are told at most every so many milliseconds by a voice. */
const SPOKEN = 1000;

let sheet: CSSStyleSheet | undefined;

/** A player's canvas, or what is said in its place, a thin bar, and the frame's number. */
export class Surface {
  readonly canvas = element("canvas", "picture");
  readonly #root: ShadowRoot;
  readonly #stage = element("div", "stage");
  readonly #strut = element("div", "strut");
  readonly #message = element("div", "message");
  readonly #bar = element("div", "bar");
  readonly #label = element("div", "label");
  /** For voices. */
  readonly #live = element("div", "live");
  readonly #context: CanvasRenderingContext2D | null;
  #spoken: ReturnType<typeof setTimeout> | undefined;
  #toSpeak = "";

  constructor(root: ShadowRoot) {
    this.#root = root;
    this.canvas.setAttribute("role", "img");
    this.#live.setAttribute("role", "status");
    this.#context = this.canvas.getContext("2d", { alpha: false });
    this.canvas.dataset["empty"] = "";
    this.#bar.hidden = true;
    this.#message.hidden = true;
    this.#stage.append(this.#strut, this.canvas, this.#message, this.#bar);
    this.#root.append(this.#stage, this.#label, this.#live);
    sheet ??= styleSheet();
    this.#root.adoptedStyleSheets = [sheet];
    this.reset();
  }

  /** What its size follows. */
  get stage(): HTMLElement {
    return this.#stage;
  }

  /** Paints the picture and what stands below it: nobody sees one without the other. */
  paint({ picture, caption, message }: Painting): void {
    // What is shown here was made by this element's own decoder.
    const image = picture?.image as Decoded | undefined;
    if (picture === undefined || image === undefined) this.canvas.dataset["empty"] = "";
    else this.#draw(image, picture.facts.width, picture.facts.height);
    this.#label.textContent = caption.text;
    this.#label.dataset["tone"] = caption.tone;
    this.say(message);
  }

  /** Where a picture would be, or over the last one. */
  say(message: string | undefined): void {
    this.#message.hidden = message === undefined;
    this.#message.textContent = message ?? "";
  }

  /** A thin bar at the foot of the last picture. */
  tell(text: string | undefined): void {
    // What is over is not to be found by who listens, nor said to them a moment later.
    const before = this.#bar.textContent;
    if (before !== "" && before !== text) this.#hush(before);
    this.#bar.hidden = text === undefined;
    this.#bar.textContent = text ?? "";
  }

  /** For who does not see it; of what changes quickly the last. */
  speak(text: string): void {
    clearTimeout(this.#spoken);
    this.#toSpeak = text;
    this.#spoken = setTimeout(() => {
      if (this.#live.textContent !== text) this.#live.textContent = text;
    }, SPOKEN);
  }

  /** What the canvas is called. */
  name(text: string): void {
    this.canvas.setAttribute("aria-label", text);
  }

  /** The movie's own size: without another one, that of the element. */
  measure(width: number, height: number): void {
    this.#stage.style.aspectRatio = `${width} / ${height}`;
    this.#strut.style.width = `${width}px`;
  }

  /** Nothing is known. */
  reset(): void {
    this.canvas.dataset["empty"] = "";
    this.#label.textContent = "";
    this.say(undefined);
    this.tell(undefined);
    this.measure(320, 180);
  }

  close(): void {
    clearTimeout(this.#spoken);
  }

  #hush(text: string): void {
    if (this.#toSpeak === text) clearTimeout(this.#spoken);
    if (this.#live.textContent === text) this.#live.textContent = "";
  }

  #draw(image: Decoded, width: number, height: number): void {
    // Changing the size empties a canvas, also when it is the same.
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.#context?.drawImage(image, 0, 0, width, height);
    delete this.canvas.dataset["empty"];
  }
}

function element<Name extends "canvas" | "div">(name: Name, part: string): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = part;
  made.setAttribute("part", part);
  return made;
}

function styleSheet(): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(STYLES);
  return made;
}
