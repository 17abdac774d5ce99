'use strict';
// A picture: the whole run, its verdict and the legend in one canvas, without controls. The page shows
// it in place of the viewer when its address ends in #picture or #picture=WIDTH.

function showPicture(run, width) {
  readPalette();
  document.body.classList.add('picture');
  const broken = run.violation === null ? null : run.violation.broken;
  const layout = new Layout(run, {keep: broken === null ? [] : [broken], zoom: 1.15});
  layout.setWidth(width);
  const view = {selected: null, crossing: null, cone: null, matches: null, now: null, broken};
  const canvas = el('canvas', {id: 'picture'});
  document.body.append(canvas);
  const head = 46;
  const legend = legendOf(run, layout);
  const height = head + layout.height + legendHeight(legend) + 10;
  const ctx = prepare(canvas, layout.width, height, 2);
  ctx.fillStyle = palette.page;
  ctx.fillRect(0, 0, layout.width, height);
  ctx.font = 'bold 14px system-ui, "DejaVu Sans", sans-serif';
  ctx.fillStyle = palette.ink;
  ctx.fillText(run.title, 12, 18);
  ctx.font = '13px system-ui, "DejaVu Sans", sans-serif';
  ctx.fillStyle = run.violation === null ? palette.good : palette.bad;
  ctx.fillText(run.violation === null ? `✓ ${run.result}` : `✗ ${run.violation.property}: ${run.violation.what}`, 12, 37);
  ctx.font = FONT;
  ctx.translate(0, head);
  new Painter(run, layout, view).paint(ctx, 0, 0, layout.width, layout.height);
  ctx.fillStyle = palette.line;
  ctx.fillRect(12, layout.height - 6, layout.width - 24, 1);
  drawLegend(ctx, legend, 14, layout.height, Math.max(290, layout.width / 2));
}
