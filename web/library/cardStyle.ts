import { css } from "lit";

/** A card of the grid, or a row of the list. */
export const cardStyle = css`
  :host {
    display: block;
    min-width: 0;
    height: 100%;
  }
  .card {
    position: relative;
    display: flex;
    flex-direction: column;
    height: 100%;
    background: var(--panel);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    overflow: hidden;
  }
  .waiting {
    background: none;
    border-style: dashed;
  }
  a {
    display: block;
    color: inherit;
    text-decoration: none;
    touch-action: pan-y;
  }
  a:focus-visible {
    outline: none;
  }
  .card:has(a:focus-visible) {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  .picture {
    position: relative;
    display: grid;
    place-items: center;
    aspect-ratio: 16 / 9;
    background: var(--surround);
    overflow: hidden;
    text-align: center;
  }
  .picture p {
    margin: 0;
    padding: 8px;
  }
  img {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: contain;
  }
  .at {
    position: absolute;
    left: 8px;
    bottom: 8px;
    padding: 0 6px;
    background: #111;
    color: #e8e8e8;
    border-radius: 2px;
    font-size: 15px;
  }
  .hand {
    position: absolute;
    top: 0;
    bottom: 0;
    width: 2px;
    margin-left: -1px;
    background: var(--accent);
  }
  .words {
    flex: 1;
    display: flex;
    flex-direction: column;
    gap: 2px;
    min-width: 0;
    padding: 8px 8px 8px;
  }
  /* Two lines: of a name that is cut off at its end one does not see which movie it is. */
  .name {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    padding-right: calc(var(--target) + 4px);
    font-size: 15px;
    font-weight: 600;
    line-height: 1.3;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  .name .quiet {
    font-weight: 400;
  }
  .facts {
    overflow: hidden;
    white-space: normal;
    font-size: 13px;
    line-height: 1.35;
    max-height: 2.7em;
  }
  .holes {
    color: var(--missing);
  }
  .live {
    margin-right: 8px;
    padding: 0 6px;
    border: 1px solid var(--accent-text);
    border-radius: 2px;
    color: var(--accent-text);
    font-size: 12px;
    font-weight: 400;
  }
  .strip {
    position: relative;
    height: 4px;
    margin-top: auto;
    background: var(--raised);
    border-radius: 2px;
    overflow: hidden;
  }
  .strip i {
    position: absolute;
    top: 0;
    bottom: 0;
    background: var(--missing);
  }
  .elsewhere {
    position: absolute;
    right: 4px;
    top: calc(100% - 98px);
    border-color: transparent;
    background: none;
  }
  :host([density="list"]) .card {
    flex-direction: row;
    align-items: stretch;
  }
  :host([density="list"]) .picture {
    height: 100%;
    width: 112px;
  }
  :host([density="list"]) .words {
    padding: 6px 48px 6px 12px;
  }
  :host([density="list"]) .facts {
    white-space: nowrap;
  }
  :host([density="list"]) .elsewhere {
    top: calc(50% - var(--target) / 2);
  }
  :host([density="list"]) .at {
    left: 4px;
    bottom: 4px;
    font-size: 12px;
  }
  :host([density="list"]) .name {
    -webkit-line-clamp: 1;
  }
  :host([density="list"]) .picture p {
    padding: 2px;
    font-size: 11px;
    line-height: 1.2;
  }
  :host([density="list"]) .picture code {
    display: none;
  }
  @media (pointer: coarse) {
    .facts {
      padding-right: var(--target);
    }
  }
`;
