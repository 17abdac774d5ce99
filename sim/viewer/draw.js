'use strict';
// Drawing: what of the lanes is visible, into a canvas that is as large as the window onto them.

const LABEL_COLUMN = 6.65;  // Pixels; the font has one width.

// What an event says beside its mark.
function labelOf(happening, all) {
  if (happening.deliveries.length > 0) return 'delivers ' + happening.deliveries.join(', ');
  if (happening.convicts) {
    return happening.effects.filter((effect) => effect.startsWith('convicts '))
      .map((effect) => effect.replace(/ in .*/, '')).join('; ');
  }
  if (happening.kind === 'request') return happening.text.replace('is asked: ', '? ');
  if (happening.kind === 'reply') return happening.text.replace('answers: ', '= ');
  if (NOTABLE.has(happening.kind) && happening.kind !== 'start') return happening.text;
  const said = new Set(happening.said.filter((crossing) => all || !isChatter(crossing)).map(messageText));
  const more = said.size > 2 ? ' …' : '';
  return [...said].slice(0, 2).join(', ') + more;
}

class Painter {
  // `view`: {selected, crossing, cone, matches, now, broken}; see Viewer.
  constructor(run, layout, view) {
    this.run = run;
    this.layout = layout;
    this.view = view;
  }

  // The part of the whole from (left, top) that fits.
  paint(ctx, left, top, width, height) {
    ctx.save();
    ctx.translate(-left, -top);
    this.paintLanes(ctx, top, top + height);
    this.paintCrossings(ctx, top, top + height);
    this.paintHappenings(ctx, top, top + height);
    this.paintNow(ctx, left, width);
    ctx.restore();
    this.paintHeader(ctx, left, width);
    this.paintGutter(ctx, left, top, height);
  }

  paintHeader(ctx, left, width) {
    ctx.fillStyle = palette.raised;
    ctx.fillRect(0, 0, width, HEADER);
    ctx.fillStyle = palette.line;
    ctx.fillRect(0, HEADER - 1, width, 1);
    ctx.font = 'bold ' + FONT;
    for (let node = 0; node < this.run.nodes; ++node) {
      const lies = this.run.isLiar[node];
      const remark = !lies ? '' : this.layout.lane < 90 ? ' !' : ' lies !';
      ctx.fillStyle = lies ? palette.bad : palette.ink;
      ctx.fillText(nodeName(node) + remark, this.layout.x(node) - 5 - left, 18);
    }
    ctx.font = FONT;
  }

  paintLanes(ctx, top, bottom) {
    for (let node = 0; node < this.run.nodes; ++node) {
      const x = this.layout.x(node);
      ctx.strokeStyle = palette.lane;
      ctx.lineWidth = 1.5;
      if (this.run.isLiar[node]) ctx.setLineDash([2, 4]);
      segment(ctx, x, Math.max(top, HEADER), x, Math.min(bottom, this.layout.height));
      ctx.setLineDash([]);
      for (const down of this.layout.downs[node]) {
        const [y0, y1] = this.layout.span(down);
        if (y1 < top || y0 > bottom) continue;
        ctx.fillStyle = palette.page;
        ctx.fillRect(x - 3, y0, 6, y1 - y0);
        this.hatch(ctx, x - 4, Math.max(y0, top), 8, Math.min(y1, bottom));
      }
    }
  }

  // Times and partitions stay at the left, however far the lanes are scrolled.
  paintGutter(ctx, left, top, height) {
    if (left > 0) {
      ctx.fillStyle = palette.page;
      ctx.fillRect(0, HEADER, GUTTER - 6, height);
      ctx.fillStyle = palette.raised;
      ctx.fillRect(0, 0, GUTTER - 6, HEADER - 1);
    }
    ctx.fillStyle = palette.faint;
    ctx.fillText('ms', 12, 18);
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, HEADER, GUTTER, height);
    ctx.clip();
    ctx.translate(0, -top);
    this.paintTimes(ctx, top, top + height);
    for (const partition of this.layout.partitions) {
      const [y0, y1] = this.layout.span(partition);
      if (y1 < top || y0 > top + height) continue;
      this.hatch(ctx, GUTTER - 14, Math.max(y0, top), 6, Math.min(y1, top + height));
    }
    ctx.restore();
  }

  hatch(ctx, x, y0, width, y1) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, y0, width, y1 - y0);
    ctx.clip();
    ctx.strokeStyle = palette.odd;
    ctx.globalAlpha = 0.6;
    ctx.lineWidth = 1;
    for (let y = Math.floor(y0 / 6) * 6 - 12; y < y1; y += 6) segment(ctx, x, y + width, x + width, y);
    ctx.restore();
  }

  paintTimes(ctx, top, bottom) {
    ctx.fillStyle = palette.faint;
    let last = -Infinity;
    let said = '';
    let before = null;
    for (const row of this.layout.rows) {
      if (row.y >= top - 20 && row.y <= bottom + 20 && row.y - last >= 12) {
        const text = timeText(row.at).replace(' ms', '');
        if (text !== said) ctx.fillText(text.padStart(9), 1, row.y + 4);
        last = row.y;
        said = text;
      }
      if (before !== null && row.at - before.at > 2e7 && row.y >= top && before.y <= bottom) {
        // The scale is no scale here: say so.
        const middle = (row.y + before.y) / 2;
        if (row.y - before.y > 30) {
          ctx.fillText(`⋮ ${Math.round((row.at - before.at) / 1e6)} ms`.padStart(9), 1, middle + 4);
        }
      }
      before = row;
    }
  }

  // How strongly something is drawn: what is not looked for, or has not happened yet, is faint.
  strength(isLit, faint) {
    const {cone, matches} = this.view;
    if (cone === null && matches === null) return 1;
    return isLit ? 1 : faint;
  }

  isLit(index) {
    const {cone, matches, selected} = this.view;
    if (index === selected) return true;
    if (cone !== null) return cone.causes.has(index) || cone.effects.has(index);
    return matches === null || matches.has(index);
  }

  // 'cause', 'effect' or ''.
  role(crossing) {
    const {cone, selected} = this.view;
    if (cone === null) return '';
    const {saidBy, heardBy} = crossing;
    const isCause = (index) => index !== null && cone.causes.has(index);
    const isEffect = (index) => index !== null && cone.effects.has(index);
    if (isCause(saidBy) && (heardBy === selected || isCause(heardBy))) return 'cause';
    if (isEffect(heardBy) && (saidBy === selected || isEffect(saidBy))) return 'effect';
    return '';
  }

  paintCrossings(ctx, top, bottom) {
    const {cone, crossing: chosen, selected} = this.view;
    const labelled = new Set();  // Places that have a label.
    for (const crossing of this.layout.drawnBetween(top, bottom)) {
      const line = this.layout.line(crossing);
      const style = lineStyle(crossing);
      const role = this.role(crossing);
      const isChosen = crossing === chosen;
      const isOwn = crossing.saidBy === selected && crossing.heardBy === null;
      const isLit = cone !== null ? role !== '' || isChosen || isOwn :
        (crossing.saidBy === null || this.isLit(crossing.saidBy)) &&
        (crossing.heardBy === null || this.isLit(crossing.heardBy));
      ctx.globalAlpha = isChosen ? 1 : this.strength(isLit, 0.12);
      // Of faint lines, those from afar to afar would be nothing but noise.
      if (ctx.globalAlpha < 1 && line.y0 < top && line.y1 > bottom) continue;
      const color = palette[role || style.color];
      drawLine(ctx, line, style, color, isChosen ? 3 : role !== '' ? 2 : 1.1);
      if (style.label !== '' && ctx.globalAlpha === 1) {
        const text = style.label;
        const isLeft = line.x1 < line.x0;
        const width = text.length * LABEL_COLUMN;
        const isShort = Math.abs(line.x1 - line.x0) < width + 24;
        const place = `${text} ${Math.round(line.x1)} ${Math.round(line.y1 / 12)}`;
        if (!isShort && !labelled.has(place)) {
          labelled.add(place);
          drawText(ctx, text, isLeft ? line.x1 + 13 : line.x1 - width - 13,
            line.y1 + (crossing.fate === 'received' ? -5 : 12), color);
        }
      }
    }
    ctx.globalAlpha = 1;
  }

  paintHappenings(ctx, top, bottom) {
    const {broken, selected, cone, matches} = this.view;
    for (const index of this.layout.shownBetween(top - 20, bottom + 20)) {
      const happening = this.run.happenings[index];
      const y = this.layout.y[index];
      if (happening.node < 0) {
        this.paintWorld(ctx, happening, y);
        continue;
      }
      const x = this.layout.x(happening.node);
      const [mark, color] = markOf(happening);
      ctx.globalAlpha = this.strength(this.isLit(index), 0.25);
      if (index === broken) this.paintBroken(ctx, x, y);
      if (cone !== null && cone.causes.has(index)) this.ring(ctx, x, y, 'cause', []);
      if (cone !== null && cone.effects.has(index)) this.ring(ctx, x, y, 'effect', [2.5, 2.5]);
      if (matches !== null && matches.has(index)) {
        ctx.strokeStyle = palette.match;
        ctx.lineWidth = 1.5;
        ctx.strokeRect(x - 9, y - 9, 18, 18);
      }
      if (index === selected) {
        ctx.strokeStyle = palette.ink;
        ctx.lineWidth = 2.5;
        ctx.beginPath();
        ctx.arc(x, y, 10, 0, 2 * Math.PI);
        ctx.stroke();
      }
      drawMark(ctx, mark, x, y, palette[color]);
      const label = index === broken ? '' : labelOf(happening, this.layout.showAll);
      const columns = Math.floor((this.layout.lane - 16) / LABEL_COLUMN);
      if (label !== '') {
        drawText(ctx, shortened(label, columns), x + 9, y - 7,
          palette[color === 'faint' || color === 'ink' ? 'ink' : color]);
      }
    }
    ctx.globalAlpha = 1;
  }

  ring(ctx, x, y, color, dash) {
    ctx.strokeStyle = palette[color];
    ctx.lineWidth = 2;
    ctx.setLineDash(dash);
    ctx.beginPath();
    ctx.arc(x, y, 8, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.setLineDash([]);
  }

  // The event that broke the property.
  paintBroken(ctx, x, y) {
    ctx.strokeStyle = palette.bad;
    ctx.lineWidth = 3;
    ctx.beginPath();
    ctx.arc(x, y, 13, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.font = 'bold ' + FONT;
    const happening = this.run.happenings[this.view.broken];
    const lines = [labelOf(happening, false), `⚑ ${this.run.violation.property} is broken from here`];
    const room = this.layout.width - x - 20;
    const widest = Math.max(...lines.map((line) => ctx.measureText(line).width));
    // Beside it where there is room, else on its other side.
    lines.forEach((line, i) => drawText(ctx, line,
      widest <= room ? x + 17 : x - 17 - ctx.measureText(line).width, y - 2 + 14 * i, palette.bad));
    ctx.font = FONT;
  }

  // A partition, the healing: across all lanes.
  paintWorld(ctx, happening, y) {
    ctx.globalAlpha = this.strength(this.isLit(happening.index), 0.5);
    ctx.strokeStyle = palette.odd;
    ctx.lineWidth = 1.2;
    ctx.setLineDash([6, 3, 1, 3]);
    segment(ctx, GUTTER - 8, y, this.layout.width, y);
    ctx.setLineDash([]);
    drawText(ctx, happening.text, GUTTER + 2, y - 3, palette.odd);
    ctx.globalAlpha = 1;
  }

  // Where stepping has come to; what lies below has not happened yet.
  paintNow(ctx, left, width) {
    const {now} = this.view;
    if (now === null || !this.layout.isPlaced(now)) return;
    const y = this.layout.y[now] + 8;
    ctx.fillStyle = palette.page;
    ctx.globalAlpha = 0.66;
    ctx.fillRect(left, y, width, this.layout.height - y + 2000);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = palette.cause;
    ctx.lineWidth = 1;
    ctx.setLineDash([2, 2]);
    segment(ctx, left, y, left + width, y);
    ctx.setLineDash([]);
  }
}

// The whole run in a narrow strip: what is notable, and what was found.
function paintStrip(ctx, width, height, run, layout, view) {
  const scale = height / layout.height;
  for (const index of layout.shown) {
    const y = layout.y[index] * scale;
    const [mark, color] = markOf(run.happenings[index]);
    if (view.matches !== null && view.matches.has(index)) {
      ctx.fillStyle = palette.match;
      ctx.fillRect(width - 8, y - 1, 8, 2);
    }
    const x = {square: 2, cross: 7, up: 7, flag: 12, refused: 7, down: 2, diamond: 2}[mark];
    if (x === undefined) continue;
    ctx.fillStyle = palette[color];
    ctx.globalAlpha = 0.7;
    ctx.fillRect(x, y, mark === 'cross' ? 5 : 3, mark === 'cross' ? 2 : 1);
    ctx.globalAlpha = 1;
  }
  if (view.broken !== null && layout.isPlaced(view.broken)) {
    const y = layout.y[view.broken] * scale;
    ctx.fillStyle = palette.bad;
    polygon(ctx, 0, y, [[0, -7], [12, 0], [0, 7]]);
    ctx.fill();
    ctx.fillRect(0, y - 1, width, 2);
  }
}
