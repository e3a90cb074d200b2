import { LitElement, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { type FrameChange, MutoscopePlayer } from "../../element/define.ts";
import { basics } from "../../look/shared.ts";
import { styled } from "../../look/styled.ts";
import type { Mode } from "./mode.ts";
import { FIT, type View } from "../stage/zoom.ts";
import { compareStyle } from "./compareStyle.ts";
import { Pairing, type Step } from "./pairing.ts";
import { Pictures } from "./pictures.ts";

/** How far an arrow key moves the edge, in parts of the picture. */
const NUDGE = 0.02;

/**
 * `<mutoscope-compare>`: a player's movie and another one, frame by frame in lock step: both pictures are
 * painted in one task, or neither.
 */
export class Compare extends LitElement {
  static override properties = {
    player: { attribute: false },
    movie: {},
    mode: { reflect: true },
    offset: { type: Number },
    gain: { type: Number },
    view: { attribute: false },
    edge: { type: Number },
    pair: { state: true },
  };
  /** Which leads. */
  declare player: MutoscopePlayer | undefined;
  /** The other movie's name. */
  declare movie: string;
  declare mode: Mode;
  /** Of the other movie's numbers to those of the leader. */
  declare offset: number;
  /** How much a difference is brightened. */
  declare gain: number;
  declare view: View;
  /** Where one picture goes over into the other, as a part of the width. */
  declare edge: number;
  declare pair: { readonly frame: number; readonly isHeld: boolean } | undefined;
  #follower: MutoscopePlayer | undefined;
  #pairing = new Pairing(0);
  /** How wide the leader's pictures are. */
  #width: number | undefined;
  readonly #pictures = new Pictures();
  #following = new AbortController();

  static override styles = [basics, compareStyle];

  constructor() {
    super();
    this.movie = "";
    this.mode = "side";
    this.offset = 0;
    this.gain = 1;
    this.view = FIT;
    this.edge = 0.5;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#following.abort();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#follow();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("player") || changed.has("movie") || changed.has("offset")) this.#follow();
    else if (changed.has("view")) this.#match();
  }

  override render(): TemplateResult {
    const { view, mode, edge, gain } = this;
    const transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    const clip = mode === "wipe" ? `inset(0 0 0 ${100 * edge}%)` : "none";
    const filter = mode === "difference" && gain !== 1 ? `brightness(${gain})` : "none";
    const held = this.pair?.isHeld === true ? html`<span class="held"> missing</span>` : nothing;
    return html`
      <div
        class="pictures"
        ?data-empty=${this.pair === undefined}
        data-pair=${this.#pairText()}
        ${styled({ filter })}
      >
        <div class="half">
          <canvas class="leader" ${styled({ transform })}></canvas>
          <span class="name leading">${this.player?.movie?.name ?? ""}</span>
        </div>
        <div class="half other" ${styled({ "clip-path": clip })}>
          <canvas class="follower" ${styled({ transform })}></canvas>
        </div>
        <span class="name following">${this.movie}${held}</span>
      </div>
      ${mode === "wipe" && this.pair !== undefined ? this.#hand() : nothing}
      <p class="trouble" role="status">${this.#follower?.error?.message ?? nothing}</p>
      <div class="hidden">${this.#follower}</div>
    `;
  }

  #hand(): TemplateResult {
    return html`<div
      class="edge"
      role="slider"
      tabindex="0"
      aria-label="Edge between the two pictures"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${Math.round(100 * this.edge)}
      ${styled({ left: `${100 * this.edge}%` })}
      @pointerdown=${this.#grab}
      @pointermove=${this.#drag}
      @keydown=${this.#nudge}
    ></div>`;
  }

  #pairText(): string {
    return this.pair === undefined ? "" : `${this.pair.frame}/${this.pair.frame + this.offset}`;
  }

  /** Frames that could not be shown together. */
  get leftOut(): number {
    return this.#pairing.leftOut;
  }

  #follow(): void {
    this.#following.abort();
    this.#following = new AbortController();
    const { player, movie, offset } = this;
    this.#pairing = new Pairing(offset);
    this.pair = undefined;
    if (player === undefined || movie === "") return;
    const follower = new MutoscopePlayer();
    this.#follower = follower;
    this.#match();
    follower.src = `/movies/${encodeURIComponent(movie)}`;
    if (!Number.isNaN(player.frame)) follower.seekToFrame(player.frame + offset);
    const { signal } = this.#following;
    player.addEventListener("framechange", () => this.#led(), { signal });
    player.addEventListener("ratechange", () => this.#match(), { signal });
    follower.addEventListener(
      "framechange",
      (event) => this.#followed((event as CustomEvent<FrameChange>).detail),
      {
        signal,
      },
    );
    for (const name of ["loadedmetadata", "error"])
      follower.addEventListener(name, () => this.requestUpdate(), { signal });
    this.#led();
    this.requestUpdate();
  }

  /** The other one is made as the leader's is, and looked ahead for in its direction. */
  #match(): void {
    const { player } = this;
    const follower = this.#follower;
    if (player === undefined || follower === undefined) return;
    const { playbackRate, rendition, loop, bounce, priority } = player;
    follower.playbackRate = playbackRate;
    follower.loop = loop;
    follower.bounce = bounce;
    follower.priority = priority;
    this.#width = player.pictureSource?.width;
    const width = rendition.width === "own" ? "own" : (this.#width ?? "auto");
    follower.rendition = { ...rendition, width };
  }

  #led(): void {
    const source = this.player?.pictureSource;
    if (source === null || source === undefined) return;
    if (source.width !== this.#width) this.#match();
    this.#pictures.keep(source);
    this.#do(this.#pairing.leads(source.frame));
  }

  #followed({ frame, substitute }: FrameChange): void {
    this.#do(this.#pairing.follows(frame), substitute);
  }

  #do(steps: readonly Step[], isHeld = false): void {
    for (const step of steps) {
      if (step.do === "paint") this.#paint(step.frame, isHeld);
      else this.#seek(step.frame);
    }
    this.#pictures.only(this.#pairing.kept);
  }

  // Where it is already, nothing would be told.
  #seek(frame: number): void {
    const follower = this.#follower;
    if (follower === undefined) return;
    if (follower.frame === frame) this.#do(this.#pairing.follows(frame));
    else follower.seekToFrame(frame);
  }

  #paint(frame: number, isHeld: boolean): void {
    const leading = this.#pictures.get(frame);
    const following = this.#follower?.pictureSource;
    if (leading === undefined) return;
    const size = { width: leading.width, height: leading.height };
    draw(this.#canvas("leader"), leading, size);
    draw(this.#canvas("follower"), following?.image, size);
    this.pair = { frame, isHeld };
    this.dispatchEvent(new CustomEvent("pairchange", { detail: this.pair }));
  }

  #canvas(name: string): HTMLCanvasElement | null {
    return this.renderRoot.querySelector<HTMLCanvasElement>(`canvas.${name}`);
  }

  #grab(event: PointerEvent): void {
    event.stopPropagation();
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  }

  #drag(event: PointerEvent): void {
    if (!(event.currentTarget as HTMLElement).hasPointerCapture(event.pointerId)) return;
    event.stopPropagation();
    const { left, width } = this.getBoundingClientRect();
    this.#move((event.clientX - left) / width);
  }

  #nudge(event: KeyboardEvent): void {
    const by = { ArrowLeft: -NUDGE, ArrowRight: NUDGE }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#move(this.edge + by);
  }

  #move(edge: number): void {
    this.edge = Math.min(Math.max(edge, 0), 1);
    this.dispatchEvent(new CustomEvent("edgechange", { detail: this.edge }));
  }
}

/** A picture, scaled to another's size; black where there is none. */
function draw(
  canvas: HTMLCanvasElement | null,
  image: CanvasImageSource | undefined,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  const context = canvas?.getContext("2d", { alpha: false });
  if (canvas === null || context === null || context === undefined) return;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  if (image === undefined) context.clearRect(0, 0, width, height);
  else context.drawImage(image, 0, 0, width, height);
}

customElements.define("mutoscope-compare", Compare);
