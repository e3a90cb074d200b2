import { LitElement, type PropertyValues } from "lit";
import type { MutoscopePlayer } from "../../element/define.ts";

/** What stands beside the picture and follows a player, as long as it is open. */
export abstract class Panel extends LitElement {
  static override properties = { player: { attribute: false }, movie: {} };
  declare player: MutoscopePlayer | undefined;
  /** Its name, as the server has it. */
  declare movie: string;
  #following = new AbortController();

  constructor() {
    super();
    this.movie = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#following.abort();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("player") || changed.has("movie")) this.#follow();
  }

  /** Another player or movie is to be followed, until the signal. */
  protected abstract follow(player: MutoscopePlayer, signal: AbortSignal): void;

  #follow(): void {
    this.#following.abort();
    this.#following = new AbortController();
    if (this.player !== undefined && this.movie !== "" && this.isConnected)
      this.follow(this.player, this.#following.signal);
  }
}

/** Does something now and then, until the signal. @param ms between two times */
export function every(ms: number, signal: AbortSignal, turn: () => void): void {
  turn();
  const timer = setInterval(turn, ms);
  signal.addEventListener("abort", () => clearInterval(timer));
}
