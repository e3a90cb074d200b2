import { css } from "lit";

/** One picture beside the other, or over it. */
export const compareStyle = css`
  :host {
    display: block;
    position: absolute;
    inset: 0;
  }
  .pictures {
    position: absolute;
    inset: 0;
    isolation: isolate;
    background: #000;
  }
  :host([mode="side"]) .pictures {
    background: var(--line);
  }
  .pictures[data-empty] {
    visibility: hidden;
  }
  .trouble {
    position: absolute;
    top: 8px;
    left: 25%;
    right: 25%;
    margin: 0;
    text-align: center;
  }
  .trouble:not(:empty) {
    padding: 4px 8px;
    color: #e8e8e8;
    background: #111;
    border-radius: 2px;
  }
  .half {
    position: absolute;
    inset: 0;
    overflow: hidden;
    background: var(--surround);
  }
  :host([mode="side"]) .half {
    right: calc(50% + 1px);
  }
  :host([mode="side"]) .other {
    right: 0;
    left: calc(50% + 1px);
  }
  :host([mode="difference"]) .other {
    mix-blend-mode: difference;
  }
  :host([mode="difference"]) .half {
    background: #000;
  }
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: contain;
    transform-origin: 0 0;
  }
  .name {
    position: absolute;
    top: 8px;
    max-width: 45%;
    padding: 0 6px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: #e8e8e8;
    background: #111;
    border-radius: 2px;
    font-size: 13px;
  }
  .leading {
    left: 8px;
  }
  .following {
    right: 8px;
  }
  .held {
    color: var(--late);
  }
  .edge {
    position: absolute;
    top: 0;
    bottom: 0;
    width: 24px;
    margin-left: -12px;
    cursor: ew-resize;
    touch-action: none;
    background: linear-gradient(var(--accent), var(--accent)) center / 2px 100% no-repeat;
  }
`;
