import { css } from "lit";

/**
 * Tones of lines and bars: from the page's one accent down to greys, so that the best priority is what the
 * eye finds first. Each has words beside it.
 */
export const tones = css`
  .tone-0 {
    background: light-dark(#c77f12, #e8a33d);
  }
  .tone-1 {
    background: light-dark(#8f6a30, #b98d4f);
  }
  .tone-2 {
    background: light-dark(#3d3d3d, #e0e0e0);
  }
  .tone-3 {
    background: light-dark(#5c5c5c, #bdbdbd);
  }
  .tone-4 {
    background: light-dark(#7b7b7b, #9a9a9a);
  }
  .tone-5 {
    background: light-dark(#989898, #7d7d7d);
  }
  .tone-6 {
    background: light-dark(#b5b5b5, #646464);
  }
  .tone-7 {
    background: light-dark(#d0d0d0, #4f4f4f);
  }
`;

/** Bars of what messages waited for. */
export const waitBars = css`
  .bar {
    display: flex;
    height: 8px;
    border-radius: 2px;
    overflow: hidden;
    background: var(--raised);
  }
  .wait-production {
    background: light-dark(#3d3d3d, #e0e0e0);
  }
  .wait-ring {
    background: light-dark(#8f6a30, #b98d4f);
  }
  .wait-client {
    background: light-dark(#8a8a8a, #8f8f8f);
  }
  .wait-budget {
    background: light-dark(#c77f12, #e8a33d);
  }
  .wait-better {
    background: light-dark(#c4c4c4, #5e5e5e);
  }
  .wait-turn {
    background: light-dark(#636363, #bababa);
  }
`;
