/** A primitive that carries what it measures in its type, so that one unit cannot be passed for another. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

declare const brand: unique symbol;
