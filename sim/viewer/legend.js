'use strict';
// The legend: one of each, drawn as in the lanes.

const LEGEND_LINES = [
  ['a message that arrives', {fate: 'received'}],
  ['its second copy', {fate: 'received', copy: true}],
  ['late', {fate: 'received', late: true}],
  ['a lie', {fate: 'received', lie: true}],
  ['in another’s name', {fate: 'received', lie: true, forged: true}],
  ['lost', {fate: 'lost'}],
  ['cut by a partition', {fate: 'cut'}],
  ['finds nobody there', {fate: 'to a crashed node'}],
];
const LEGEND_MARKS = [
  ['delivers', 'square', 'good'],
  ['is asked by a client', 'down', 'good'],
  ['answers', 'diamond', 'good'],
  ['convicts a liar', 'flag', 'bad'],
  ['a liar speaks', 'bang', 'bad'],
  ['crashes', 'cross', 'bad'],
  ['starts, restarts', 'up', 'odd'],
  ['disk full, read failed', 'refused', 'bad'],
];

const LEGEND_ROW = 19;

// All of it, or what of it a run needs.
const wholeLegend = {lines: LEGEND_LINES, marks: LEGEND_MARKS};

function legendOf(run, layout) {
  const looks = (crossing) => JSON.stringify(lineStyle(crossing));
  const lines = new Set(layout.drawn.map(looks));
  const marks = new Set(layout.shown.map((index) => markOf(run.happenings[index])[0]));
  return {
    lines: LEGEND_LINES.filter(([, crossing]) => lines.has(looks(crossing))),
    marks: LEGEND_MARKS.filter(([, mark]) => marks.has(mark)),
  };
}

function legendHeight(legend) {
  return LEGEND_ROW * Math.max(legend.lines.length, legend.marks.length) + 6;
}

function drawLegend(ctx, legend, left, top, column) {
  const row = (i) => top + 12 + i * LEGEND_ROW;
  legend.lines.forEach(([text, crossing], i) => {
    const style = lineStyle(crossing);
    drawLine(ctx, {x0: left, y0: row(i), x1: left + 84, y1: row(i)}, style, palette[style.color], 1.3);
    drawText(ctx, text, left + 98, row(i) + 4, palette.ink);
  });
  legend.marks.forEach(([text, mark, color], i) => {
    drawMark(ctx, mark, left + column + 8, row(i), palette[color]);
    drawText(ctx, text, left + column + 24, row(i) + 4, palette.ink);
  });
}
