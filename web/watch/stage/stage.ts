import { LitElement, type PropertyValues, type TemplateResult, css, html } from "lit";
import { FIT, type Point, type Size, type View, isSharp, oneToOne, panned, pixelAt, zoomed } from "./zoom.ts";

/** A turn of the wheel by so much doubles. */
const WHEEL = 300;

/** A press that moves less than this is a click. */
const CLICK = 4;

/**
 * `<mutoscope-stage>`: where a picture is looked at closely. Tells of the view (`viewchange`) and of the
 * pixel under the pointer (`pixelchange`; null where there is none), and of a click (`stageclick`).
 */
export class Stage extends LitElement {
  static override properties = { view: { attribute: false }, picture: { attribute: false } };
  declare view: View;
  /** The movie's size in pixels. */
  declare picture: Size;
  readonly #pointers = new Map<number, Point>();
  #moved = 0;

  static override styles = css`
    :host {
      display: block;
      position: relative;
      overflow: hidden;
      background: var(--surround);
      touch-action: none;
      min-height: 0;
      min-width: 0;
    }
    :host([zoomed]) {
      cursor: grab;
    }
    :host([zoomed]:active) {
      cursor: grabbing;
    }
  `;

  constructor() {
    super();
    this.view = FIT;
    this.picture = { width: 0, height: 0 };
    this.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.addEventListener("pointerdown", (event) => this.#press(event));
    this.addEventListener("pointermove", (event) => this.#move(event));
    this.addEventListener("pointerup", (event) => this.#release(event));
    this.addEventListener("pointercancel", (event) => this.#pointers.delete(event.pointerId));
    this.addEventListener("pointerleave", () => this.#tellPixel(undefined));
  }

  override render(): TemplateResult {
    return html`<slot></slot>`;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("view")) this.toggleAttribute("zoomed", this.view.scale > 1);
  }

  /** Whether single pixels are to be seen. */
  get isSharp(): boolean {
    return isSharp(this.view, this.size, this.picture, devicePixelRatio);
  }

  get size(): Size {
    return { width: this.clientWidth, height: this.clientHeight };
  }

  /** Zooms about the middle. */
  zoom(factor: number): void {
    this.#show(zoomed(this.view, factor, this.#middle, this.size, this.picture));
  }

  fit(): void {
    this.#show(FIT);
  }

  oneToOne(): void {
    this.#show(oneToOne(this.view, this.#middle, this.size, this.picture, devicePixelRatio));
  }

  get #middle(): Point {
    return { x: this.clientWidth / 2, y: this.clientHeight / 2 };
  }

  #show(view: View): void {
    this.view = view;
    this.dispatchEvent(new CustomEvent("viewchange", { detail: view }));
  }

  #place({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const by = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    const factor = 2 ** (-by / WHEEL);
    this.#show(zoomed(this.view, factor, this.#place(event), this.size, this.picture));
    this.#tellPixel(this.#place(event));
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.setPointerCapture(event.pointerId);
    if (this.#pointers.size === 0) this.#moved = 0;
    this.#pointers.set(event.pointerId, this.#place(event));
  }

  #move(event: PointerEvent): void {
    const now = this.#place(event);
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return this.#tellPixel(now);
    this.#moved += Math.hypot(now.x - before.x, now.y - before.y);
    const [other] = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    if (other === undefined)
      this.#show(panned(this.view, { x: now.x - before.x, y: now.y - before.y }, this.size));
    else this.#pinch(before, now, other);
    this.#pointers.set(event.pointerId, now);
    this.#tellPixel(now);
  }

  /** One of two fingers moves: about the middle between them. */
  #pinch(before: Point, now: Point, other: Point): void {
    const apart = (one: Point): number => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
    const about = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.#show(zoomed(this.view, apart(now) / apart(before), about, this.size, this.picture));
  }

  #release(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId)) return;
    if (this.#pointers.size > 0 || this.#moved > CLICK) return;
    this.dispatchEvent(new CustomEvent("stageclick", { detail: event.pointerType }));
  }

  #tellPixel(point: Point | undefined): void {
    const pixel = point && pixelAt(this.view, point, this.size, this.picture);
    this.dispatchEvent(new CustomEvent("pixelchange", { detail: pixel ?? null }));
  }
}

customElements.define("mutoscope-stage", Stage);
