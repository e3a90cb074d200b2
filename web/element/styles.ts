/** Pages' own colours reach in by custom properties; without them these are the dark ones of our pages. */
export const STYLES = `
:host { display: inline-flex; flex-direction: column; max-width: 100%; min-width: 0; box-sizing: border-box;
  vertical-align: top; font: 14px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums;
  color: var(--text, #e8e8e8); background: var(--surround, #111); }
:host([hidden]) { display: none; }
.stage { position: relative; flex: 1 1 auto; min-height: 0; min-width: 0; overflow: hidden; }
.strut { max-width: 100%; height: 0; }
canvas { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: var(--picture-fit, contain);
  image-rendering: var(--picture-rendering, auto); }
.message { position: absolute; inset: 0; display: grid; place-content: center; padding: 16px;
  text-align: center;
  text-wrap: balance; pointer-events: none; }
.message[hidden], .bar[hidden] { display: none; }
canvas[data-empty] { visibility: hidden; }
.bar { position: absolute; inset: auto 0 0; padding: 2px 8px; font-size: 12px;
  background: var(--panel, #262626);
  color: var(--text, #e8e8e8); border-block-start: 2px solid var(--late, #e8883d); }
.label { padding: 2px 8px; min-height: 1.45em; }
.label[data-tone="held"] { color: var(--late, #e8883d); }
.label[data-tone="missing"] { color: var(--missing, #e5604d); }
.live { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
@media (forced-colors: active) { .label, .bar { color: CanvasText; background: Canvas; } }
`;
