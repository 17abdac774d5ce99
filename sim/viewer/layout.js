'use strict';
// Layout: where things stand. A lane per node; downwards the moments at which something happens, each
// a row, the gaps between them growing with the logarithm of the time that passes, so that a silent
// minute takes little room. What happens at one moment on one lane takes rows of its own.

const GUTTER = 76;       // For times, at the left.
const HEADER = 28;       // For the nodes' names, at the top.
const LANE_MIN = 78;
const LANE_AT = 0.22;    // Where in its column a lane stands: labels are right of it.

// Kinds that are shown even if nothing is said or heard.
const NOTABLE = new Set(['request', 'reply', 'crash', 'restart', 'join', 'start', 'partition',
  'partition ends', 'faults end', 'disk full', 'read failed']);

class Layout {
  // `only`: a set of happenings to which it keeps, or null. `keep`: those that are shown in any case.
  constructor(run, {showAll = false, only = null, keep = [], zoom = 1} = {}) {
    this.run = run;
    this.showAll = showAll;
    this.only = only === null ? null : this.withOtherEnds(only);
    this.keep = new Set(keep);
    this.place(zoom);
    this.findSpans();
    this.findDrawn();
  }

  withOtherEnds(only) {
    const all = new Set(only);
    for (const crossing of this.run.crossings) {
      if (isChatter(crossing)) continue;
      if (only.has(crossing.saidBy) && crossing.heardBy !== null) all.add(crossing.heardBy);
      if (only.has(crossing.heardBy) && crossing.saidBy !== null) all.add(crossing.saidBy);
    }
    return all;
  }

  isShown(happening) {
    if (this.keep.has(happening.index)) return true;
    if (this.only !== null && !this.only.has(happening.index)) return false;
    if (this.showAll || NOTABLE.has(happening.kind)) return true;
    return happening.deliveries.length > 0 || happening.convicts ||
      (happening.heard !== null && !isChatter(happening.heard)) ||
      happening.said.some((crossing) => !isChatter(crossing));
  }

  // Whether a line is drawn for it.
  isDrawn(crossing) {
    if (!this.showAll && isChatter(crossing)) return false;
    if (crossing.saidBy !== null && this.isPlaced(crossing.saidBy)) {
      return crossing.heardBy === null || this.isPlaced(crossing.heardBy);
    }
    return crossing.saidBy === null && crossing.heardBy !== null && this.isPlaced(crossing.heardBy);
  }

  isPlaced(index) {
    return !Number.isNaN(this.y[index]);
  }

  place(zoom) {
    this.y = new Float64Array(this.run.happenings.length).fill(NaN);
    this.shown = [];
    this.rows = [];  // {at, y}: of each moment the first.
    const used = new Set();  // Lanes, at this y.
    let y = HEADER + 10;
    let at = null;
    for (const happening of this.run.happenings) {
      if (!this.isShown(happening)) continue;
      const isNew = at === null || happening.at !== at;
      const isFull = used.has(happening.node) || used.has(-1) ||
        (happening.node < 0 && used.size > 0);
      if (isNew) {
        if (at !== null) y += zoom * Math.min(15 + 5 * Math.log2(1 + (happening.at - at) / 1e5), 64);
        at = happening.at;
        this.rows.push({at, y});
      } else if (isFull) {
        y += 15 * zoom;
      }
      if (isNew || isFull) used.clear();
      used.add(happening.node);
      this.y[happening.index] = y;
      this.shown.push(happening.index);
    }
    this.height = y + 44;
  }

  setWidth(width) {
    const lane = (width - GUTTER - 8) / this.run.nodes;
    this.lane = Math.max(lane, LANE_MIN);
    this.width = GUTTER + 8 + this.lane * this.run.nodes;
  }

  x(node) {
    return GUTTER + this.lane * (node + LANE_AT);
  }

  // Between rows in proportion.
  yOfTime(at) {
    const rows = this.rows;
    if (rows.length === 0) return HEADER;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].at <= at) low = middle + 1; else high = middle;
    }
    if (low === 0) return rows[0].y;
    const before = rows[low - 1];
    if (low === rows.length) return before.y + (at > before.at ? 20 : 0);
    const after = rows[low];
    return before.y + (after.y - before.y) * (at - before.at) / (after.at - before.at);
  }

  // {x0, y0, x1, y1} of a message's line; it ends at the middle if the message did.
  line(crossing) {
    const x0 = this.x(crossing.from);
    const x1 = this.x(crossing.to);
    const y1 = crossing.heardBy !== null ? this.y[crossing.heardBy] : this.yOfTime(crossing.ended);
    const y0 = crossing.saidBy !== null ? this.y[crossing.saidBy] : y1;
    const isGone = crossing.fate === 'lost' || crossing.fate === 'cut';
    if (crossing.fate === 'channel down') return {x0, y0, x1: x0 + Math.sign(x1 - x0) * 18, y1: y0 + 4};
    if (isGone) {
      return {x0, y0, x1: x0 + (x1 - x0) * 0.55, y1: Math.max(y1, y0 + 14)};
    }
    if (crossing.fate === 'sent' || crossing.fate === 'unknown') {
      return {x0, y0, x1: x0 + (x1 - x0) * 0.55, y1: y0 + 16};
    }
    return {x0, y0, x1, y1: Math.max(y1, y0)};
  }

  // The lines that are drawn, and from where to where downwards: all are looked at for each frame.
  findDrawn() {
    this.setWidth(1000);
    this.drawn = this.run.crossings.filter((crossing) => this.isDrawn(crossing));
    const lines = this.drawn.map((crossing) => this.line(crossing));
    this.drawnTop = Float64Array.from(lines, (line) => line.y0);
    this.drawnBottom = Float64Array.from(lines, (line) => line.y1);
  }

  drawnBetween(top, bottom) {
    return this.drawn.filter((_, i) => this.drawnBottom[i] >= top - 8 && this.drawnTop[i] <= bottom + 8);
  }

  // When nodes are down and partitions last, as times.
  findSpans() {
    this.downs = Array.from({length: this.run.nodes}, () => []);
    this.partitions = [];
    const since = new Array(this.run.nodes).fill(null);
    const open = new Map();
    for (const happening of this.run.happenings) {
      if (happening.kind === 'crash') since[happening.node] = happening.at;
      if (happening.kind === 'join') this.downs[happening.node].push([-1, happening.at]);
      if (happening.kind === 'restart' && since[happening.node] !== null) {
        this.downs[happening.node].push([since[happening.node], happening.at]);
        since[happening.node] = null;
      }
      const sides = happening.text.slice(happening.text.indexOf(':'));
      if (happening.kind === 'partition') open.set(sides, happening.at);
      if (happening.kind === 'partition ends' && open.has(sides)) {
        this.partitions.push([open.get(sides), happening.at]);
        open.delete(sides);
      }
    }
    since.forEach((at, node) => {
      if (at !== null) this.downs[node].push([at, Infinity]);
    });
    for (const at of open.values()) this.partitions.push([at, Infinity]);
  }

  // The span of y of a span of times.
  span([from, to]) {
    return [from < 0 ? HEADER : this.yOfTime(from), to === Infinity ? this.height : this.yOfTime(to)];
  }

  // The shown happening at (x, y), or null.
  happeningAt(x, y) {
    let best = null;
    let nearest = 11;
    for (const index of this.shownBetween(y - 12, y + 12)) {
      const happening = this.run.happenings[index];
      const dx = happening.node < 0 ? 0 : x - this.x(happening.node);
      const distance = Math.hypot(dx, y - this.y[index]);
      if (distance >= nearest) continue;
      nearest = distance;
      best = index;
    }
    return best;
  }

  // The message whose line passes (x, y), or null.
  crossingAt(x, y) {
    let best = null;
    let nearest = 5;
    for (const crossing of this.drawnBetween(y, y)) {
      const {x0, y0, x1, y1} = this.line(crossing);
      const length = Math.hypot(x1 - x0, y1 - y0) || 1;
      const along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length;
      if (along < 0 || along > length) continue;
      const distance = Math.abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / length;
      if (distance >= nearest) continue;
      nearest = distance;
      best = crossing;
    }
    return best;
  }

  // Indices of the shown happenings with top <= y <= bottom.
  shownBetween(top, bottom) {
    const first = this.firstShownFrom(top);
    let last = first;
    while (last < this.shown.length && this.y[this.shown[last]] <= bottom) ++last;
    return this.shown.slice(first, last);
  }

  // The position in `shown` of the first one at or below y.
  firstShownFrom(y) {
    let low = 0;
    let high = this.shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.y[this.shown[middle]] < y) low = middle + 1; else high = middle;
    }
    return low;
  }
}
