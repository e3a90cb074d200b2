/** Who waits for that it plays. */
export class Plays {
  #waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];

  add(): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    // A page that asks and does not wait has no use for a complaint.
    promise.catch(() => undefined);
    return promise;
  }

  /** It plays. */
  began(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  /** It will not. */
  failed(name: "AbortError" | "NotSupportedError", why: string): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new DOMException(why, name));
  }
}
