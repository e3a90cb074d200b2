import type { Playback } from "./playback.ts";

const TOKEN = "mutoscope-operator-token";

/** What became of an operator's wish. */
export type Outcome =
  | { readonly done: true; readonly playback: Playback | undefined }
  | {
      readonly done: false;
      readonly code: string;
      readonly sentence: string;
      /** Whether the operator's token would help. */
      readonly wantsToken: boolean;
    };

type Refusal = { readonly code?: string; readonly detail?: string };

/** What is kept while the page's tab is open, and not longer. */
type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

type Ask = (path: string, init: RequestInit) => Promise<Response>;

type Wished = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> };

/** Changes and ends others' playbacks, as far as the server lets whoever looks at this page. */
export class Operator {
  readonly #store: Store;
  readonly #ask: Ask;

  constructor(store: Store, ask: Ask) {
    this.#store = store;
    this.#ask = ask;
  }

  get hasToken(): boolean {
    return this.#store.getItem(TOKEN) !== null;
  }

  /** Remembers the token for as long as the tab is open; an empty one forgets it. */
  identify(token: string): void {
    if (token === "") this.#store.removeItem(TOKEN);
    else this.#store.setItem(TOKEN, token);
  }

  prioritize(id: string, priority: number): Promise<Outcome> {
    const body = JSON.stringify({ priority });
    return this.#wish(id, { method: "PATCH", body, headers: { "Content-Type": "application/json" } });
  }

  end(id: string): Promise<Outcome> {
    return this.#wish(id, { method: "DELETE" });
  }

  async #wish(id: string, { headers: own = {}, ...init }: Wished): Promise<Outcome> {
    const token = this.#store.getItem(TOKEN);
    const headers = { ...own, ...(token === null ? {} : { Authorization: `Bearer ${token}` }) };
    let response: Response;
    try {
      response = await this.#ask(`/playbacks/${encodeURIComponent(id)}`, { ...init, headers });
    } catch {
      return refused({}, "The server does not answer. Nothing was changed.");
    }
    if (response.ok) {
      const playback = response.status === 204 ? undefined : ((await response.json()) as Playback);
      return { done: true, playback };
    }
    return this.#refusal(await problemOf(response), response.status);
  }

  #refusal(problem: Refusal, status: number): Outcome {
    switch (problem.code) {
      case "OPERATOR_ONLY": {
        const hadToken = this.hasToken;
        // What the server does not take is not sent again and again.
        this.identify("");
        return refused(problem, whyNot(problem.detail ?? "", hadToken), !isWithoutToken(problem.detail));
      }
      case "PLAYBACK_NOT_FOUND":
        return refused(problem, "This one has ended in the meantime.");
      default:
        return refused(problem, `The server refused: ${problem.detail ?? `it answered ${status}`}.`);
    }
  }
}

function refused({ code = "" }: Refusal, sentence: string, wantsToken = false): Outcome {
  return { done: false, code, sentence, wantsToken };
}

/** Where the server has no token, nobody can know it. */
function isWithoutToken(detail: string | undefined): boolean {
  return detail?.includes("there is no operator-token") === true;
}

function whyNot(detail: string, hadToken: boolean): string {
  if (isWithoutToken(detail))
    return (
      "You look at this page from another machine, and this server has no operator's token: priorities can " +
      "be changed, and playbacks ended, on its own machine only (or start it with operator-token)."
    );
  if (hadToken) return "The server does not know this token. Type the one it was started with.";
  return (
    "From another machine, only operators may change or end what others watch. Type the operator's token, " +
    "which the server was started with."
  );
}

/** A proxy between may answer with anything. */
async function problemOf(response: Response): Promise<Refusal> {
  try {
    return (await response.json()) as Refusal;
  } catch {
    return {};
  }
}
