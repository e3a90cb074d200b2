import { nothing } from "lit";
import { Directive, type ElementPart, directive } from "lit/directive.js";

/** CSS properties by their names in CSS. */
export type Properties = { readonly [name: string]: string | number };

/**
 * Sets CSS properties of the element that it stands in: `<i ${styled({ left: "10%" })}>`. Lit's own
 * `styleMap` writes a `style` attribute at first, which the pages' policy refuses as it does all that is
 * written into a page.
 */
class Styled extends Directive {
  override render(_properties: Properties): typeof nothing {
    return nothing;
  }

  override update({ element }: ElementPart, [properties]: [Properties]): typeof nothing {
    const { style } = element as HTMLElement | SVGElement;
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, String(value));
    return nothing;
  }
}

export const styled = directive(Styled);
