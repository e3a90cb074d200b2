import { type TemplateResult, html } from "lit";

/** Nobody watches: what there is to try. @param movie one that there is */
export function nobodyView(host: string, movie: string | undefined): TemplateResult {
  if (movie === undefined)
    return html`<div class="nobody">
      <p>Nobody is watching, and the library has no movie yet.</p>
      <p class="quiet">Put numbered pictures into its folder, and they appear by themselves.</p>
    </div>`;
  const segment = encodeURIComponent(movie);
  return html`<div class="nobody">
    <p>
      Nobody is watching. To see something here, open <a href=${`/watch/${segment}`}>${movie}</a>, or try:
    </p>
    <pre><code>ffplay http://${host}/movies/${segment}.mjpeg
curl -o movie.ppm http://${host}/movies/${segment}.ppm</code></pre>
  </div>`;
}
