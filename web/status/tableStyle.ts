import { css } from "lit";

/**
 * The table of who watches what: as many columns as there are questions, the first one and the head in
 * sight.
 */
export const tableStyle = css`
  :host {
    display: block;
    min-width: 0;
  }
  .scroll {
    position: relative;
    overflow: auto;
    max-height: min(64vh, 720px);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--panel);
  }
  table {
    border-collapse: separate;
    border-spacing: 0;
    table-layout: fixed;
    width: max(100%, 1404px);
  }
  col.client {
    width: 138px;
  }
  col.priority {
    width: 108px;
  }
  col.act {
    width: 100px;
  }
  th,
  td {
    text-align: left;
    font-weight: 400;
    padding: 0 6px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .figure {
    text-align: right;
  }
  thead th {
    position: sticky;
    top: 0;
    z-index: 2;
    background: var(--raised);
    border-bottom: 1px solid var(--line);
    padding: 0;
    height: 32px;
  }
  thead button {
    width: 100%;
    height: 100%;
    min-height: 32px;
    padding: 0 6px;
    border: 0;
    border-radius: 0;
    background: none;
    text-align: inherit;
    color: var(--quiet);
    font-size: 13px;
  }
  thead [aria-sort="ascending"] button,
  thead [aria-sort="descending"] button {
    color: var(--text);
    font-weight: 600;
  }
  thead button:hover {
    color: var(--text);
  }
  thead th:first-child,
  tbody th {
    position: sticky;
    left: 0;
    z-index: 1;
    background: var(--panel);
    border-right: 1px solid var(--line);
  }
  thead th:first-child {
    z-index: 3;
    background: var(--raised);
  }
  tbody tr:not(.space) > * {
    height: var(--row);
    border-bottom: 1px solid var(--line);
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  tbody tr:hover > * {
    background: var(--raised);
  }
  .space td {
    padding: 0;
    border: 0;
  }
  .name,
  a,
  small {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    line-height: 1.3;
  }
  small {
    font-size: 12px;
  }
  td .bar {
    margin-bottom: 3px;
  }
  .late {
    color: var(--late);
  }
  .gone {
    color: var(--missing);
  }
  .act {
    text-align: right;
  }
  .act button {
    min-height: 28px;
    padding: 0 5px;
    margin-left: 4px;
  }
  .act .end {
    border-color: var(--missing);
  }
  @media (pointer: coarse) {
    table {
      width: max(100%, 1470px);
    }
    col.priority {
      width: 148px;
    }
    col.act {
      width: 124px;
    }
    .act button {
      min-height: 44px;
      min-width: 44px;
    }
  }
  @media (max-width: 600px) {
    col.client {
      width: 116px;
    }
    .scroll {
      max-height: 70vh;
    }
  }
`;
