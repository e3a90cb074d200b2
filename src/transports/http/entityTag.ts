/** Bytes of a digest that a tag keeps: 132 bits, which nobody meets by chance. */
const TAG_CHARACTERS = 22;

/**
 * The tag of one representation (RFC 9110, section 8.8.3): strong, as a frame's digest says every byte of
 * it. That of a substitute leaves out the line that marks it as one, so its tag is weak.
 */
export function entityTag(digest: Uint8Array, { isSubstitute }: { readonly isSubstitute: boolean }): string {
  const text = Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength)
    .toString("base64url")
    .slice(0, TAG_CHARACTERS);
  return isSubstitute ? `W/"${text}-s"` : `"${text}"`;
}

/** Whether an `If-None-Match` names the tag, or any; compared weakly, as the standard wants it there. */
export function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === "*") return true;
  const opaque = opaqueOf(tag);
  return header.split(",").some((each) => opaqueOf(each.trim()) === opaque);
}

/**
 * Whether an `If-Match` lets the tag pass: it names it, or any; compared strongly, as the standard wants it
 * there.
 */
export function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined || header.trim() === "*") return true;
  return !isWeak(tag) && header.split(",").some((each) => each.trim() === tag);
}

/**
 * Whether a `Range` counts: without `If-Range`, or with one that names this very tag, which must be strong.
 */
export function mayRange(ifRange: string | undefined, tag: string): boolean {
  return ifRange === undefined || (ifRange.trim() === tag && !isWeak(tag));
}

function opaqueOf(tag: string): string {
  return isWeak(tag) ? tag.slice(2) : tag;
}

function isWeak(tag: string): boolean {
  return tag.startsWith("W/");
}
