import { css } from "lit";

/** What all panels have: a column of the page's grid, with quiet words on the left and facts on the right. */
export const panelStyle = css`
  :host {
    display: block;
    min-width: 0;
    padding: 8px 16px 16px;
    background: var(--panel);
    overflow-wrap: anywhere;
  }
  h2 {
    margin: 8px 0;
    font-size: 15px;
    font-weight: 600;
  }
  section + section {
    margin-top: 16px;
  }
  h3 {
    margin: 16px 0 4px;
    font-size: 13px;
    font-weight: 400;
    color: var(--quiet);
  }
  p {
    margin: 8px 0;
  }
  p.quiet,
  .small {
    font-size: 13px;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(88px, auto) minmax(0, 1fr);
    gap: 4px 12px;
    margin: 0;
  }
  dt {
    color: var(--quiet);
  }
  dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
  }
  .missing {
    color: var(--missing);
  }
  .late {
    color: var(--late);
  }
`;
