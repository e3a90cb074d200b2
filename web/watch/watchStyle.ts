import { css } from "lit";

/** Picture, timeline, controls, in that order; what is opened stands beside the picture. */
export const watchStyle = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100vh;
    height: 100dvh;
    overflow: hidden;
    background: var(--page);
  }
  .title {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  h1 {
    display: inline;
    margin: 0;
    font-size: 15px;
  }
  main {
    flex: 1;
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .row {
    flex: 1;
    display: flex;
    min-height: 0;
  }
  .waiting {
    display: none;
  }
  mutoscope-stage {
    flex: 1;
  }
  mutoscope-player {
    position: absolute;
    inset: 0;
    display: flex;
  }
  mutoscope-player::part(label) {
    display: none;
  }
  mutoscope-player[hidden] {
    display: none;
  }
  mutoscope-compare {
    position: absolute;
    inset: 0;
  }
  .below {
    display: flex;
    align-items: center;
    gap: 16px;
    min-height: 24px;
    padding: 0 16px;
    font-size: 13px;
    background: var(--panel);
  }
  .said {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .said[data-tone="held"] {
    color: var(--late);
  }
  .below mutoscope-read-out {
    margin-left: auto;
  }
  aside {
    width: 320px;
    overflow: auto;
    background: var(--panel);
    border-left: 1px solid var(--line);
  }
  .line {
    padding: 4px 16px 0;
  }
  @media (max-width: 700px) {
    .row {
      flex-direction: column;
    }
    mutoscope-stage {
      min-height: 200px;
    }
    aside {
      width: auto;
      max-height: 45%;
      border-left: 0;
      border-top: 1px solid var(--line);
    }
    .line {
      padding: 4px 8px 0;
    }
    .below {
      padding: 0 8px;
    }
    .said {
      white-space: normal;
    }
  }
`;
