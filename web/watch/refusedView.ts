import { type TemplateResult, html } from "lit";

/** What is shown where there is no movie to be watched: why, and where to go. */
export function refusedView(movie: string, reason: string): TemplateResult {
  const near = movie.split("/").at(-1) ?? movie;
  return html`<section class="refused" role="alert">
    <h1>${reason}</h1>
    <p>It may have another name, or may not be there yet: this page shows it as soon as it comes.</p>
    <ul>
      <li><a href=${`/?search=${encodeURIComponent(near)}`}>Movies with “${near}” in their name</a></li>
      <li><a href="/">All movies</a></li>
    </ul>
  </section>`;
}
