import { css } from "lit";

/** The page as a whole: headlines, tables, charts in as many columns as there is room for. */
export const pageStyle = css`
  :host {
    display: block;
  }
  main {
    padding: 8px 16px 32px;
    max-width: 1920px;
    margin: 0 auto;
  }
  h1 {
    font-size: 20px;
    margin: 8px 0;
  }
  h2 {
    font-size: 16px;
    margin: 24px 0 8px;
  }
  p {
    margin: 4px 0 8px;
  }
  .gone-bar p {
    position: sticky;
    top: 0;
    margin: 0;
    padding: 4px 16px;
    background: var(--raised);
    border-bottom: 2px solid var(--late);
  }
  :host([stale]) .number,
  :host([stale]) mutoscope-playback-table,
  :host([stale]) .charts {
    filter: grayscale(1);
    opacity: 0.75;
  }
  .headlines {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
    gap: 1px;
    margin: 0;
    background: var(--line);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    overflow: hidden;
  }
  .headlines div {
    background: var(--panel);
    padding: 8px 12px;
    display: flex;
    flex-direction: column-reverse;
    justify-content: flex-end;
  }
  .headlines dt {
    color: var(--quiet);
    font-size: 13px;
  }
  .headlines dd {
    margin: 0;
    font-size: 22px;
    line-height: 1.3;
  }
  .said p {
    display: flex;
    align-items: center;
    gap: 16px;
    margin: 8px 0 0;
    padding: 4px 4px 4px 12px;
    background: var(--panel);
    border-left: 3px solid var(--cached);
  }
  .said .refusal {
    border-left-color: var(--missing);
  }
  .said button {
    margin-left: auto;
    border: 0;
    background: none;
  }
  .filters {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin-bottom: 8px;
  }
  .filters .grow {
    flex: 0 1 320px;
  }
  .filters input {
    width: 100%;
  }
  .nobody,
  .wide,
  .time {
    background: var(--panel);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
  .nobody {
    padding: 8px 16px;
  }
  pre {
    overflow-x: auto;
    padding: 8px 12px;
    background: var(--surround);
    border-radius: var(--radius);
  }
  code {
    font-family: var(--mono);
    font-size: 13px;
  }
  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(300px, 1fr));
    gap: 16px;
  }
  .charts .egress {
    grid-column: 1 / -1;
  }
  .wide {
    position: relative;
    overflow: auto;
    max-height: 400px;
  }
  .time {
    position: relative;
  }
  .time,
  .ended {
    border-collapse: collapse;
    width: 100%;
  }
  .time th,
  .time td,
  .ended th,
  .ended td {
    text-align: left;
    font-weight: 400;
    padding: 6px 12px;
    border-bottom: 1px solid var(--line);
    vertical-align: top;
  }
  .ended th,
  .ended td {
    white-space: nowrap;
  }
  thead th {
    color: var(--quiet);
    font-size: 13px;
  }
  .ended thead th {
    position: sticky;
    top: 0;
    background: var(--raised);
  }
  .time tr:last-child > *,
  .ended tr:last-child > * {
    border-bottom: 0;
  }
  .time td:last-child {
    width: 90%;
  }
  .time .bar {
    margin: 6px 0 4px;
  }
  .told {
    display: block;
  }
  .key {
    display: inline-block;
    width: 10px;
    height: 10px;
    border-radius: 2px;
    margin-right: 6px;
  }
  .figure.figure {
    text-align: right;
  }
  .gone {
    color: var(--missing);
  }
  @media (max-width: 700px) {
    main {
      padding: 8px 8px 32px;
    }
    .headlines {
      grid-template-columns: repeat(2, 1fr);
    }
    .charts {
      grid-template-columns: minmax(0, 1fr);
    }
    .filters .grow {
      flex: 1 0 100%;
    }
  }
`;
