'use strict';
// Viewer: what is selected, searched for and shown, and what keys, clicks and the slider do to it.
//
// There are two ways to look. A click selects an event and lights up its causes and effects. Stepping
// (slider, arrow keys, play) moves through the run: what lies ahead is veiled, as it has not happened.

const byId = (id) => document.getElementById(id);

class Viewer {
  constructor(run) {
    this.run = run;
    this.states = new States(run);
    this.panel = new Panel(run, this.states, this);
    this.broken = run.violation === null ? null : run.violation.broken;
    this.selected = null;  // A happening's index.
    this.crossing = null;  // Or a message.
    this.cone = null;
    this.within = 'instance';
    this.admits = () => true;  // What causes and effects are sought among.
    this.matches = null;
    this.now = null;
    this.zoom = 1;
    this.pending = false;
    this.strip = null;  // Of the overview, all but the window.
    this.stripHeight = 0;
    this.playing = null;
  }

  start() {
    readPalette();
    document.body.classList.add('viewer');
    this.fillHead();
    fillChoices(this.run);
    this.listen();
    this.relayout();
    this.panel.showNothing();
    this.drawLegend();
    const {instance, node} = this.run.focus;
    if (instance !== null || node !== null) {
      this.searchFor({instance: instance || '', node: node === null ? '' : String(node)});
    }
    if (this.broken !== null) this.select(this.broken);
  }

  fillHead() {
    const {run} = this;
    byId('title').textContent = run.title;
    const verdict = byId('verdict');
    verdict.textContent = run.violation === null ? `✓ ${run.result}` :
      `✗ ${run.result} — ${run.violation.what}`;
    verdict.className = run.violation === null ? 'held' : 'violated';
    byId('to-violation').hidden = this.broken === null;
    byId('about-text').textContent = [run.command, '', ...run.about].join('\n');
  }

  drawLegend() {
    const ctx = prepare(byId('legend-canvas'), 560, legendHeight(wholeLegend));
    drawLegend(ctx, wholeLegend, 6, 0, 290);
  }

  // --- What is shown ---

  relayout() {
    const only = byId('q-only').checked ? this.matches : null;
    const keep = [this.broken, this.selected].filter((index) => index !== null);
    this.layout = new Layout(this.run, {showAll: byId('show-all').checked, only, keep, zoom: this.zoom});
    this.painter = new Painter(this.run, this.layout, this);
    this.strip = null;
    this.place = new Map(this.layout.shown.map((index, position) => [index, position]));
    const slider = byId('slider');
    slider.max = String(Math.max(0, this.layout.shown.length - 1));
    this.resize();
  }

  resize() {
    const scroller = byId('scroller');
    this.layout.setWidth(scroller.clientWidth);
    byId('spacer').style.height = this.layout.height + 'px';
    byId('spacer').style.width = this.layout.width + 'px';
    this.repaint();
  }

  repaint() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.paint();
    });
  }

  paint() {
    const scroller = byId('scroller');
    const {clientWidth: width, clientHeight: height} = scroller;
    const ctx = prepare(byId('canvas'), width, height);
    this.painter.paint(ctx, scroller.scrollLeft, scroller.scrollTop, width, height);
    this.paintOverview(height);
  }

  // What changes seldom is kept: only the window onto the lanes moves as one scrolls.
  paintOverview(height) {
    if (this.strip === null || this.stripHeight !== height) {
      this.strip = document.createElement('canvas');
      this.stripHeight = height;
      paintStrip(prepare(this.strip, 26, height), 26, height, this.run, this.layout, this);
    }
    const ctx = prepare(byId('overview'), 26, height);
    ctx.drawImage(this.strip, 0, 0, 26, height);
    const scale = height / this.layout.height;
    ctx.strokeStyle = palette.ink;
    ctx.strokeRect(0.5, Math.min(byId('scroller').scrollTop * scale, height - 4) + 0.5, 25, Math.max(height * scale, 4));
  }

  scrollTo(index) {
    const scroller = byId('scroller');
    const y = this.layout.y[index];
    const {scrollTop: top, clientHeight: height} = scroller;
    if (y < top + HEADER + 30 || y > top + height - 40) scroller.scrollTop = y - height * 0.4;
    const node = this.run.happenings[index].node;
    if (node < 0) return;
    const x = this.layout.x(node);
    const {scrollLeft: left, clientWidth: width} = scroller;
    if (x < left + GUTTER || x > left + width - 60) scroller.scrollLeft = x - width / 2;
  }

  // --- Selecting and stepping ---

  select(index) {
    this.now = null;
    this.goTo(index, true);
  }

  goTo(index, lightsUp) {
    this.selected = index;
    this.crossing = null;
    this.panel.stateOf = null;
    if (!this.layout.isPlaced(index)) this.relayout();
    this.cone = null;
    if (lightsUp) this.findCone();
    this.showSelected();
    this.scrollTo(index);
    this.repaint();
  }

  selectCrossing(crossing) {
    this.crossing = crossing;
    this.selected = crossing.heardBy !== null ? crossing.heardBy : crossing.saidBy;
    this.now = null;
    this.findCone();
    this.panel.showCrossing(crossing);
    this.tell(messageText(crossing));
    this.repaint();
  }

  selectNothing() {
    this.selected = null;
    this.crossing = null;
    this.cone = null;
    this.now = null;
    this.panel.showNothing();
    byId('now').textContent = '';
    this.repaint();
  }

  findCone() {
    const {instances} = this.run.happenings[this.selected];
    const inInstance = this.within === 'instance' && instances.length > 0;
    this.admits = inInstance ? (other) => other.instances.some((id) => instances.includes(id)) : () => true;
    this.cone = cone(this.run, this.selected, this.admits);
  }

  setWithin(within) {
    this.within = within;
    this.findCone();
    this.showSelected();
    this.repaint();
  }

  showSelected() {
    const happening = this.run.happenings[this.selected];
    this.panel.showHappening(happening);
    const position = this.place.get(this.selected);
    byId('slider').value = String(position);
    byId('now').textContent = `${timeText(happening.at)}  ${position + 1}/${this.layout.shown.length}`;
    this.tell(`${timeText(happening.at)} ${nodeName(happening.node)} ${happening.text}`);
  }

  tell(text) {
    byId('live').textContent = text;
  }

  // To the shown event at this position; what lies behind it is veiled.
  stepTo(position) {
    const {shown} = this.layout;
    if (shown.length === 0) return;
    this.now = shown[Math.min(Math.max(position, 0), shown.length - 1)];
    this.goTo(this.now, false);
  }

  step(by) {
    const here = this.selected === null ? (by > 0 ? -1 : 0) : this.place.get(this.selected);
    this.stepTo(here + by);
  }

  // To the next shown event of the same node.
  stepOnLane(by) {
    if (this.selected === null) return this.step(by);
    const {node} = this.run.happenings[this.selected];
    const {shown} = this.layout;
    for (let at = this.place.get(this.selected) + by; at >= 0 && at < shown.length; at += by) {
      if (this.run.happenings[shown[at]].node === node) return this.stepTo(at);
    }
    return undefined;
  }

  toCause() {
    if (this.selected === null) return;
    const causes = directCauses(this.run, this.selected, () => true);
    if (causes.length > 0) this.select(causes[0]);
  }

  toEffect() {
    if (this.selected === null) return;
    const effects = directEffects(this.run, this.selected, () => true);
    if (effects.length > 0) this.select(effects[0]);
  }

  play(on) {
    clearInterval(this.playing);
    this.playing = null;
    byId('play').setAttribute('aria-pressed', String(on));
    byId('play').textContent = on ? '❚❚' : '▶▶';
    if (!on) return;
    this.playing = setInterval(() => {
      const at = this.selected === null ? -1 : this.place.get(this.selected);
      if (at + 1 >= this.layout.shown.length) return this.play(false);
      return this.step(1);
    }, 250);
  }

  // --- Searching ---

  searchFor(query) {
    byId('q-text').value = query.text || '';
    byId('q-instance').value = query.instance || '';
    byId('q-node').value = query.node || '';
    byId('q-kind').value = query.kind || '';
    this.searchAgain();
  }

  searchAgain() {
    this.matches = search(this.run, {
      text: byId('q-text').value.trim(),
      instance: byId('q-instance').value.trim(),
      node: byId('q-node').value,
      kind: byId('q-kind').value,
    });
    const count = this.matches === null ? 0 : this.matches.size;
    byId('q-count').textContent = this.matches === null ? '' : count === 1 ? '1 match' : `${count} matches`;
    this.cone = null;
    this.now = null;
    this.strip = null;
    if (byId('q-only').checked) this.relayout();
    this.repaint();
  }

  toMatch(by) {
    if (this.matches === null || this.matches.size === 0) return;
    const ordered = [...this.matches];
    const here = this.selected === null ? -1 : this.selected;
    const next = by > 0 ? ordered.find((index) => index > here) :
      ordered.filter((index) => index < here).pop();
    const index = next !== undefined ? next : by > 0 ? ordered[0] : ordered[ordered.length - 1];
    this.select(index);
    byId('q-count').textContent = `${ordered.indexOf(index) + 1} of ${ordered.length}`;
  }

  // --- Keys, clicks ---

  listen() {
    const scroller = byId('scroller');
    scroller.addEventListener('scroll', () => this.repaint());
    scroller.addEventListener('click', (event) => this.click(event));
    new ResizeObserver(() => this.resize()).observe(scroller);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      readPalette();
      this.drawLegend();
      this.strip = null;
      this.repaint();
    });
    byId('overview').addEventListener('click', (event) => {
      const share = event.offsetY / byId('overview').clientHeight;
      scroller.scrollTop = share * this.layout.height - scroller.clientHeight / 2;
    });
    byId('slider').addEventListener('input', () => this.stepTo(Number(byId('slider').value)));
    byId('step-back').addEventListener('click', () => this.step(-1));
    byId('step-on').addEventListener('click', () => this.step(1));
    byId('play').addEventListener('click', () => this.play(this.playing === null));
    byId('to-violation').addEventListener('click', () => this.select(this.broken));
    byId('search').addEventListener('submit', (event) => event.preventDefault());
    byId('search').addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.toMatch(event.shiftKey ? -1 : 1);
    });
    for (const id of ['q-text', 'q-instance', 'q-node', 'q-kind']) {
      byId(id).addEventListener('input', () => this.searchAgain());
    }
    byId('q-next').addEventListener('click', () => this.toMatch(1));
    byId('q-previous').addEventListener('click', () => this.toMatch(-1));
    byId('q-only').addEventListener('change', () => this.relayoutAround());
    byId('show-all').addEventListener('change', () => this.relayoutAround());
    document.addEventListener('keydown', (event) => this.key(event));
  }

  // What is selected stays where it is looked at.
  relayoutAround() {
    this.relayout();
    if (this.selected === null) return;
    this.showSelected();
    this.scrollTo(this.selected);
  }

  click(event) {
    const box = byId('canvas').getBoundingClientRect();
    const scroller = byId('scroller');
    if (event.clientY - box.top < HEADER) return;
    const x = event.clientX - box.left + scroller.scrollLeft;
    const y = event.clientY - box.top + scroller.scrollTop;
    const index = this.layout.happeningAt(x, y);
    if (index !== null) return this.select(index);
    const crossing = this.layout.crossingAt(x, y);
    if (crossing !== null) return this.selectCrossing(crossing);
    return this.selectNothing();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const {target} = event;
    const isField = target.matches('input, select, textarea');
    if (event.key === 'Escape') {
      if (isField) byId('scroller').focus();
      this.play(false);
      this.selectNothing();
      return;
    }
    // The slider steps by itself.
    if (isField) return;
    const keys = {
      ArrowDown: () => this.step(1),
      ArrowUp: () => this.step(-1),
      ArrowRight: () => this.stepOnLane(1),
      ArrowLeft: () => this.stepOnLane(-1),
      Home: () => this.stepTo(0),
      End: () => this.stepTo(this.layout.shown.length - 1),
      c: () => this.toCause(),
      e: () => this.toEffect(),
      n: () => this.toMatch(1),
      N: () => this.toMatch(-1),
      v: () => this.broken !== null && this.select(this.broken),
      '/': () => byId('q-text').focus(),
      '+': () => this.setZoom(this.zoom * 1.25),
      '-': () => this.setZoom(this.zoom / 1.25),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  }

  setZoom(zoom) {
    this.zoom = Math.min(Math.max(zoom, 0.4), 4);
    this.relayoutAround();
  }

  // Where an event stands in the window, scrolled to; for tests.
  positionOf(index) {
    this.scrollTo(index);
    const box = byId('canvas').getBoundingClientRect();
    const scroller = byId('scroller');
    return {
      x: box.left + this.layout.x(this.run.happenings[index].node) - scroller.scrollLeft,
      y: box.top + this.layout.y[index] - scroller.scrollTop,
    };
  }
}
