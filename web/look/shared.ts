import { css } from "lit";

/** What every part of every page begins with: controls, links, focus, numbers that do not jump. */
export const basics = css`
  :host {
    box-sizing: border-box;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  a {
    color: var(--accent-text);
  }
  button,
  input,
  select {
    font: inherit;
    color: var(--text);
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    min-height: var(--target);
    padding: 0 10px;
  }
  button {
    cursor: pointer;
  }
  button:hover:enabled {
    border-color: var(--quiet);
  }
  button[aria-pressed="true"],
  button[aria-checked="true"] {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  button:disabled {
    color: var(--quiet);
    cursor: default;
  }
  button.icon {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-width: var(--target);
    padding: 0;
  }
  svg {
    width: 20px;
    height: 20px;
    fill: currentColor;
    display: block;
  }
  code {
    font-family: var(--mono);
    font-size: 13px;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .quiet {
    color: var(--quiet);
  }
  .number {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
`;
