import { type PropertyPart, noChange } from "lit";
import { Directive, type DirectiveResult, directive } from "lit/directive.js";

/**
 * Sets an input's value when it is another one, also one that a person left there, but not while they type: a
 * field that follows what others change too must not take away half a number.
 */
class UnlessTyped extends Directive {
  #input: HTMLInputElement | undefined;
  #isTyping = false;

  override render(value: string): string {
    return value;
  }

  override update({ element }: PropertyPart, [value]: [value: string]): typeof noChange {
    const input = element as HTMLInputElement;
    if (this.#input !== input) this.#listen(input);
    // Set here: Lit does not set again what it has set before, whatever was typed since.
    if (!this.#isTyping && input.value !== value) input.value = value;
    return noChange;
  }

  #listen(input: HTMLInputElement): void {
    this.#input = input;
    input.addEventListener("input", () => (this.#isTyping = true));
    // Before whoever else listens: what they make of it is to be shown.
    for (const end of ["change", "blur"])
      input.addEventListener(end, () => (this.#isTyping = false), { capture: true });
  }
}

/** For `.value` of an input: what it has, unless somebody is typing there something that is not done yet. */
export const unlessTyped: (value: string) => DirectiveResult = directive(UnlessTyped);
