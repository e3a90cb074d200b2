import { type TemplateResult, svg, html } from "lit";

/** An icon of 24 × 24 units, of which the words beside it say what it does. */
function icon(path: string): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${path}></path>`}</svg>`;
}

export const copyIcon = icon("M8 3h11v13h-2V5H8zM5 7h10v14H5zm2 2v10h6V9z");
export const doneIcon = icon("M9.500 17.200 4.300 12l1.400-1.400 3.800 3.800 8.800-8.800L19.700 7z");
export const gridIcon = icon("M4 4h7v7H4zm9 0h7v7h-7zM4 13h7v7H4zm9 0h7v7h-7z");
export const listIcon = icon("M4 5h16v3H4zm0 5.500h16v3H4zM4 16h16v3H4z");
export const closeIcon = icon(
  "m12 10.600 5-5L18.400 7l-5 5 5 5-1.400 1.400-5-5-5 5L5.600 17l5-5-5-5L7 5.600z",
);
export const elsewhereIcon = icon(
  "M4 5h9v2H6v11h11v-7h2v9H4zm11-1h6v6h-2V7.400l-7.300 7.300-1.400-1.400L17.600 6H15z",
);

export const playIcon = icon("M7 4.500v15l13-7.500z");
export const pauseIcon = icon("M6 5h4v14H6zm8 0h4v14h-4z");
export const stepOnIcon = icon("M6 5v14l8.500-7zM16 5h3v14h-3z");
export const stepBackIcon = icon("M18 5v14l-8.500-7zM5 5h3v14H5z");
export const forwardsIcon = icon("M3 5v14l9-7zm9 0v14l9-7z");
export const backwardsIcon = icon("M21 5v14l-9-7zm-9 0v14l-9-7z");
export const firstIcon = icon("M19 5v14l-6.500-7zM12 5v14l-6.500-7zM3 5h2.500v14H3z");
export const lastIcon = icon("M5 5v14l6.500-7zM12 5v14l6.500-7zM18.500 5H21v14h-2.500z");
export const fullScreenIcon = icon("M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z");
