import { present } from "./assert.ts";

/** The word that was probably meant: the nearest by edits, unless most of `word` would have to change. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.floor(Math.max(word.length, 3) / 3) + 1;
  for (const candidate of words) {
    const edits = countEdits(word.toLowerCase(), candidate.toLowerCase());
    if (edits >= fewest) continue;
    fewest = edits;
    best = candidate;
  }
  return best;
}

/**
 * Insertions, deletions and replacements between two words (Levenshtein), in one row of the table at a time.
 */
function countEdits(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const kept =
        present(above[column - 1], "a table has its cells") + (from[row - 1] === to[column - 1] ? 0 : 1);
      const cut = present(above[column], "a table has its cells") + 1;
      current.push(Math.min(kept, cut, present(current[column - 1], "a table has its cells") + 1));
    }
    above = current;
  }
  return present(above[to.length], "a table has its cells");
}
