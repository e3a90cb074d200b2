import { css } from "lit";

export const pageStyle = css`
  :host {
    display: block;
    min-height: 100vh;
  }
  mutoscope-top-bar {
    position: sticky;
    top: 0;
    z-index: 1;
    display: block;
  }
  .choices {
    display: flex;
    gap: 8px;
    justify-content: flex-end;
  }
  .search {
    flex: 0 1 320px;
    min-width: 0;
  }
  .search input {
    width: 100%;
  }
  .densities {
    display: flex;
    gap: 4px;
  }
  main {
    padding: 8px 16px 32px;
  }
  .count {
    margin: 0 0 8px;
    min-height: 1.45em;
  }
  .bar p {
    margin: 0;
    padding: 4px 16px;
    background: var(--raised);
    border-bottom: 2px solid var(--line);
  }
  .bar .gone {
    border-bottom-color: var(--late);
  }
  .rows {
    position: relative;
  }
  .rows > div {
    position: absolute;
    top: 0;
    left: 0;
  }
  .empty {
    max-width: 640px;
    margin: 48px auto;
    padding: 16px 24px;
    background: var(--panel);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
  .empty h2 {
    margin: 0 0 8px;
    font-size: 20px;
    overflow-wrap: anywhere;
  }
  .command {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .command code {
    flex: 1;
    padding: 8px;
    background: var(--surround);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    overflow-wrap: anywhere;
  }
  @media (max-width: 600px) {
    main {
      padding: 8px 8px 32px;
    }
    .densities {
      display: none;
    }
    .choices {
      gap: 4px;
    }
    .search {
      flex: 1;
    }
  }
`;
