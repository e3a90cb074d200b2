/** How often at most the address follows what is seen, in milliseconds: browsers allow few changes. */
const EVERY = 500;

/** The page's address, which reopens what is seen. */
export class Address {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Something else is seen: soon the address says it. @param query asked for when it is written */
  follow(query: () => string): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const now = query();
      if (now !== location.search) history.replaceState(null, "", `${location.pathname}${now}`);
    }, EVERY);
  }
}
