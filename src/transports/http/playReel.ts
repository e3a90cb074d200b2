import type { OutgoingHttpHeaders } from "node:http";
import type { Receipt } from "../../base/events.ts";
import type { FrameLog } from "../../library/log.ts";
import type { MessageLabel } from "../../playback/outlet.ts";
import { makePlan, type Plan } from "../../playback/plan.ts";
import type { Asked, Form, FormQuery, Wrapping } from "./forms.ts";
import type { ValueOf } from "./parameters.ts";
import { placeOf } from "./places.ts";
import type { Head, Reel } from "./showing.ts";

export type PlayWish = {
  readonly log: FrameLog;
  readonly form: Form;
  readonly query: FormQuery & {
    readonly [Name in "from" | "to" | "fps" | "loop" | "contract" | "missing" | "direction"]?: ValueOf<Name>;
  };
  readonly asked: Asked;
  readonly priority: Pick<Plan, "priority" | "wished">;
};

/** Many frames as one response. */
export class PlayReel implements Reel {
  readonly #wish: PlayWish;
  readonly #wrapping: Wrapping;
  #first: MessageLabel | undefined;

  constructor(wish: PlayWish) {
    this.#wish = wish;
    this.#wrapping = wish.form.wrap(wish.query, wish.asked);
  }

  plan(): Plan {
    const { log, form, query, priority } = this.#wish;
    const { from, to, fps, loop = false, contract = form.contract, missing, direction } = query;
    const wish = {
      start: undefined,
      from: from === undefined ? undefined : placeOf(log, from),
      to,
      repeat: loop,
      rate: fps,
      contract,
      missing,
      direction,
      rendition: form.rendition(query),
      isUniform: form.isUniform,
      ...priority,
    };
    return makePlan(log, wish, (label) => {
      this.#first ??= label;
      return this.#wrapping.envelope(label);
    });
  }

  bodiless(): undefined {
    return undefined;
  }

  head(): Head {
    return { status: 200, headers: this.headers() };
  }

  /** Also where only these are asked for. */
  headers(): OutgoingHttpHeaders {
    return { "Content-Type": this.#wish.form.mediaType, "Cache-Control": "no-store" };
  }

  opening(): Uint8Array | undefined {
    return this.#wrapping.opening(this.#first);
  }

  closing(receipt: Receipt): Uint8Array | undefined {
    return this.#wrapping.closing(receipt);
  }
}
