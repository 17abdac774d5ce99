'use strict';
// Shapes: how a message's line and an event's mark are drawn. Each kind has a form of its own, so
// that colour is never needed to tell two apart; the legend is made of the same functions.

const FONT = '11px ' + 'ui-monospace, "SFMono-Regular", Menlo, "DejaVu Sans Mono", monospace';

// {dash, head, label, color}; head: full, hollow, double, cross, bar, grave, open, stop. `tail`: it
// begins with a double bar.
function lineStyle(crossing) {
  const style = {dash: [], head: 'full', label: '', color: 'ink'};
  if (crossing.copy) Object.assign(style, {head: 'double', label: '×2'});
  if (crossing.late) Object.assign(style, {dash: [13, 4], label: 'late', color: 'odd'});
  if (crossing.lie) {
    Object.assign(style, {dash: [8, 3, 2, 3], head: 'hollow', color: 'bad'});
    if (crossing.forged) Object.assign(style, {tail: true, label: 'forged'});
  }
  switch (crossing.fate) {
    case 'received': break;
    case 'unknown': return Object.assign(style, {head: 'open'});
    case 'sent': return Object.assign(style, {head: 'open', label: 'under way', color: 'faint'});
    case 'channel down': return {dash: [], head: 'stop', label: '', color: 'faint'};
    default:
      style.dash = crossing.lie ? style.dash : [3, 3];
      style.color = crossing.lie ? 'bad' : 'odd';
      style.head = crossing.fate === 'cut' ? 'bar' : crossing.fate === 'lost' ? 'cross' : 'grave';
      style.label = crossing.fate === 'lost' ? 'lost' : crossing.fate === 'cut' ? 'cut' : 'nobody there';
  }
  return style;
}

function drawLine(ctx, {x0, y0, x1, y1}, style, color, width) {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const inset = style.head === 'full' || style.head === 'hollow' || style.head === 'double' ? 5 : 0;
  const ex = x1 - Math.cos(angle) * inset;
  const ey = y1 - Math.sin(angle) * inset;
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.lineWidth = width;
  ctx.setLineDash(style.dash);
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(ex, ey);
  ctx.stroke();
  ctx.setLineDash([]);
  if (style.tail) {
    ctx.save();
    ctx.translate(x0, y0);
    ctx.rotate(angle);
    segment(ctx, 10, -5, 10, 5);
    segment(ctx, 14, -5, 14, 5);
    ctx.restore();
  }
  ctx.save();
  ctx.translate(ex, ey);
  ctx.rotate(angle);
  drawHead(ctx, style.head);
  ctx.restore();
}

// At the origin, pointing right.
function drawHead(ctx, head) {
  const wedge = (at) => {
    ctx.beginPath();
    ctx.moveTo(at, 0);
    ctx.lineTo(at - 9, -4);
    ctx.lineTo(at - 9, 4);
    ctx.closePath();
  };
  ctx.lineWidth = Math.max(ctx.lineWidth, 1.2);
  switch (head) {
    case 'full':
      wedge(0);
      ctx.fill();
      break;
    case 'double':
      wedge(0);
      ctx.fill();
      wedge(-8);
      ctx.stroke();
      break;
    case 'hollow':
      wedge(0);
      ctx.save();
      ctx.fillStyle = palette.page;
      ctx.fill();
      ctx.restore();
      ctx.stroke();
      break;
    case 'cross':
      ctx.lineWidth = 1.8;
      segment(ctx, -4, -4, 4, 4);
      segment(ctx, -4, 4, 4, -4);
      break;
    case 'grave':
      ctx.beginPath();
      ctx.arc(0, 0, 6, 0, 2 * Math.PI);
      ctx.stroke();
      segment(ctx, -4, -4, 4, 4);
      segment(ctx, -4, 4, 4, -4);
      break;
    case 'bar':
      ctx.lineWidth = 1.8;
      segment(ctx, -2, -6, -2, 6);
      segment(ctx, 2, -6, 2, 6);
      break;
    case 'stop':
      segment(ctx, 0, -4, 0, 4);
      break;
    default:  // open
      segment(ctx, 0, 0, -6, -4);
      segment(ctx, 0, 0, -6, 4);
  }
}

function segment(ctx, x0, y0, x1, y1) {
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

function polygon(ctx, x, y, points) {
  ctx.beginPath();
  points.forEach(([dx, dy], i) => (i === 0 ? ctx.moveTo(x + dx, y + dy) : ctx.lineTo(x + dx, y + dy)));
  ctx.closePath();
}

// Which mark an event has, and its colour.
function markOf(happening) {
  if (happening.convicts) return ['flag', 'bad'];
  if (happening.deliveries.length > 0) return ['square', 'good'];
  switch (happening.kind) {
    case 'request': return ['down', 'good'];
    case 'reply': return ['diamond', 'good'];
    case 'crash': return ['cross', 'bad'];
    case 'restart': case 'join': case 'start': return ['up', 'odd'];
    case 'disk full': case 'read failed': return ['refused', 'bad'];
    case 'lie': return ['bang', 'bad'];
    case 'liar hears': return ['ring', 'faint'];
    case 'persisted': case 'loaded': return ['dash', 'faint'];
    case 'tick': case 'peer up': case 'peer down': return ['dot', 'faint'];
    default: return ['disc', 'ink'];
  }
}

function drawMark(ctx, mark, x, y, color) {
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.lineWidth = 1.5;
  const disc = (radius) => {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
  };
  switch (mark) {
    case 'square':
      ctx.fillRect(x - 5, y - 5, 10, 10);
      break;
    case 'down':
      polygon(ctx, x, y, [[-6, -5], [6, -5], [0, 6]]);
      ctx.fill();
      break;
    case 'up':
      polygon(ctx, x, y, [[-6, 5], [6, 5], [0, -6]]);
      ctx.fill();
      break;
    case 'diamond':
      polygon(ctx, x, y, [[0, -6], [6, 0], [0, 6], [-6, 0]]);
      ctx.fill();
      break;
    case 'cross':
      ctx.lineWidth = 3;
      segment(ctx, x - 6, y - 6, x + 6, y + 6);
      segment(ctx, x - 6, y + 6, x + 6, y - 6);
      break;
    case 'flag':
      segment(ctx, x - 4, y + 7, x - 4, y - 7);
      polygon(ctx, x, y, [[-4, -7], [6, -4], [-4, 0]]);
      ctx.fill();
      break;
    case 'refused':
      disc(5);
      ctx.stroke();
      segment(ctx, x - 4, y + 4, x + 4, y - 4);
      break;
    case 'bang':
      disc(5);
      ctx.fill();
      ctx.fillStyle = palette.page;
      ctx.fillRect(x - 1, y - 3.5, 2, 4);
      ctx.fillRect(x - 1, y + 1.5, 2, 2);
      break;
    case 'ring':
      disc(2.5);
      ctx.stroke();
      break;
    case 'dash':
      ctx.fillRect(x - 4, y - 1.5, 8, 3);
      break;
    case 'dot':
      disc(1.5);
      ctx.fill();
      break;
    default:
      disc(3);
      ctx.fill();
  }
}

// Text on a ground of its own, so that lines do not run through it.
function drawText(ctx, text, x, y, color) {
  ctx.save();
  ctx.globalAlpha *= 0.8;
  ctx.fillStyle = palette.page;
  ctx.fillRect(x - 2, y - 9, ctx.measureText(text).width + 4, 11);
  ctx.restore();
  ctx.fillStyle = color;
  ctx.fillText(text, x, y);
}

// At most `columns` of them; the font has one width.
function shortened(text, columns) {
  if (text.length <= columns) return text;
  return columns < 2 ? '' : text.slice(0, columns - 1) + '…';
}

// What the page's style says of colours, light or dark.
const palette = {};
function readPalette() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ['page', 'raised', 'ink', 'faint', 'line', 'lane', 'good', 'bad', 'odd', 'cause', 'effect', 'match']) {
    palette[name] = style.getPropertyValue('--' + name).trim();
  }
}

// A canvas for so many CSS pixels, and its context in them.
function prepare(canvas, width, height, scale = window.devicePixelRatio || 1) {
  const w = Math.max(1, Math.round(width * scale));
  const h = Math.max(1, Math.round(height * scale));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = width + 'px';
    canvas.style.height = height + 'px';
  }
  const ctx = canvas.getContext('2d');
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.font = FONT;
  ctx.textBaseline = 'alphabetic';
  return ctx;
}
