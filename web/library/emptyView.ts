import { type TemplateResult, html } from "lit";
import "../look/copyButton.ts";

const IMPORT = "npx mutoscope import VIDEO NAME --library FOLDER";

/** What is shown where there is no movie: what to do next. */
export function emptyView(search: string, clear: () => void): TemplateResult {
  if (search !== "")
    return html`<section class="empty">
      <h2>No movie has “${search}” in its name</h2>
      <p><button @click=${clear}>Show all movies</button></p>
    </section>`;
  return html`<section class="empty">
    <h2>No movie is here yet</h2>
    <p>
      A movie is a sequence of numbered pictures, such as <code>shot.1001.png</code>,
      <code>shot.1002.png</code> …, in the folder that is served or in one below it. It appears here by
      itself.
    </p>
    <p>A video becomes one by</p>
    <p class="command">
      <code>${IMPORT}</code
      ><mutoscope-copy-button .text=${IMPORT} .what=${"the command"}></mutoscope-copy-button>
    </p>
  </section>`;
}
