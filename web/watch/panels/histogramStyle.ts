import { css } from "lit";

export const histogramStyle = css`
  :host {
    --red: light-dark(#c0392b, #f0776a);
    --green: light-dark(#2c7d3b, #6cc47c);
    --blue: light-dark(#2b5fb3, #7fabf5);
    --hill: light-dark(#c9c9c9, #4c4c4c);
  }
  .plot {
    position: relative;
    margin: 0 8px;
    height: 136px;
    touch-action: none;
  }
  .plot.old svg {
    opacity: 0.5;
  }
  .field {
    position: absolute;
    inset: 0 0 24px;
    background: var(--surround);
    border: 1px solid var(--line);
    overflow: hidden;
  }
  .field svg {
    width: 100%;
    height: 100%;
  }
  .hill {
    fill: var(--hill);
  }
  .line {
    fill: none;
    stroke-width: 1.25;
    vector-effect: non-scaling-stroke;
  }
  .r {
    stroke: var(--red);
    color: var(--red);
  }
  .g {
    stroke: var(--green);
    color: var(--green);
  }
  .b {
    stroke: var(--blue);
    color: var(--blue);
  }
  .y {
    stroke: var(--text);
    color: var(--text);
  }
  .shade {
    position: absolute;
    top: 0;
    bottom: 24px;
    background: var(--panel);
    opacity: 0.6;
    pointer-events: none;
  }
  .shade.low {
    left: 0;
  }
  .shade.high {
    right: 0;
  }
  .ramp {
    position: absolute;
    left: 0;
    right: 0;
    bottom: 16px;
    height: 8px;
    border: 1px solid var(--line);
    border-top: 0;
  }
  .handle {
    position: absolute;
    top: 0;
    bottom: 0;
    width: 24px;
    cursor: ew-resize;
    touch-action: none;
  }
  .handle.low {
    transform: translateX(-23px);
  }
  .handle.high {
    transform: translateX(-1px);
  }
  .handle::before {
    content: "";
    position: absolute;
    top: 0;
    bottom: 12px;
    width: 2px;
    background: var(--text);
  }
  .handle.low::before {
    right: 0;
  }
  .handle.high::before {
    left: 0;
  }
  .handle i {
    position: absolute;
    bottom: 0;
    width: 14px;
    height: 14px;
    background: #000;
    border: 2px solid var(--text);
    border-radius: 2px;
  }
  .handle.low i {
    right: 0;
  }
  .handle.high i {
    left: 0;
    background: #fff;
  }
  .handle:focus-visible {
    outline: none;
  }
  .handle:focus-visible i {
    border-color: var(--focus);
    outline: 2px solid var(--focus);
  }
  .ends,
  .legend,
  .buttons,
  .exposure {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .ends {
    justify-content: space-between;
    margin: 4px 8px 8px;
    color: var(--quiet);
    font-size: 13px;
  }
  .legend {
    flex-wrap: wrap;
    justify-content: space-between;
    margin: 0 8px 8px;
    min-height: 20px;
    font-size: 13px;
    gap: 4px 12px;
  }
  .legend b {
    font-weight: 400;
  }
  .legend b::before {
    content: "";
    display: inline-block;
    width: 12px;
    margin-right: 4px;
    vertical-align: middle;
    border-top: 2px solid currentColor;
  }
  .legend span {
    display: flex;
    gap: 12px;
  }
  .inputs {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 8px;
    margin: 8px 0;
  }
  .inputs label {
    font-size: 13px;
    color: var(--quiet);
    min-width: 0;
  }
  .inputs input {
    display: block;
    width: 100%;
    margin-top: 2px;
    font-size: 14px;
    font-variant-numeric: tabular-nums;
  }
  .buttons {
    flex-wrap: wrap;
  }
  .exposure input {
    flex: 1;
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
    appearance: none;
    /* A line with a mark in the middle, where there is none. */
    background:
      linear-gradient(var(--quiet), var(--quiet)) center / 2px 12px no-repeat,
      linear-gradient(var(--line), var(--line)) center / 100% 2px no-repeat;
  }
  .exposure input::-webkit-slider-thumb {
    appearance: none;
    width: 12px;
    height: 20px;
    background: var(--accent);
    border: 0;
    border-radius: 2px;
  }
  .exposure input::-moz-range-thumb {
    width: 12px;
    height: 20px;
    background: var(--accent);
    border: 0;
    border-radius: 2px;
  }
  .stops {
    min-width: 76px;
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  @media (pointer: coarse) {
    .plot {
      height: 160px;
      margin-bottom: 24px;
    }
    .handle {
      bottom: -16px;
      width: 44px;
    }
    .handle.low {
      transform: translateX(-43px);
    }
    .handle::before {
      bottom: 28px;
    }
    .handle i {
      width: 30px;
      height: 30px;
    }
    .exposure input::-webkit-slider-thumb {
      width: 24px;
      height: 32px;
    }
    .exposure input::-moz-range-thumb {
      width: 24px;
      height: 32px;
    }
  }
`;
