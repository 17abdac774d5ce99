'use strict';
// Run: the page's data, decoded. Happenings and crossings are objects; what a crossing touches is
// known at both ends.

class Run {
  constructor(json) {
    Object.assign(this, json);
    const text = (index) => json.strings[index];
    this.happenings = json.happenings.map((row, index) => ({
      index,
      kind: json.kinds[row[0]],
      at: row[1],
      node: row[2],
      event: row[3],
      text: text(row[4]),
      effects: row[5].map(text),
      instances: row[6].map(text),
      deliveries: row[7].map(text),
      convicts: row[8] === 1,
      changes: row[9],
      said: [],  // Crossings.
      heard: null,
      before: null,  // The one before it on its lane, by index.
      after: null,
    }));
    this.crossings = json.crossings.map((row, index) => ({
      index,
      kind: json.messages[row[0]] || '?',
      from: row[1],
      to: row[2],
      instance: text(row[3]),
      value: text(row[4]),
      content: text(row[5]),
      fate: !json.knows_fates && json.fates[row[6]] === 'sent' ? 'unknown' : json.fates[row[6]],
      lie: (row[7] & 1) !== 0,
      forged: (row[7] & 2) !== 0,
      copy: (row[7] & 4) !== 0,
      late: (row[7] & 8) !== 0,
      said: row[8],
      ended: row[9],
      saidBy: row[10] < 0 ? null : row[10],
      heardBy: row[11] < 0 ? null : row[11],
    }));
    this.connect();
    this.isLiar = Array.from({length: this.nodes}, (_, node) => json.liars.includes(node));
  }

  connect() {
    const last = new Array(this.nodes).fill(null);
    this.ofNode = Array.from({length: this.nodes}, () => []);
    for (const happening of this.happenings) {
      if (happening.node < 0) continue;
      happening.before = last[happening.node];
      if (happening.before !== null) this.happenings[happening.before].after = happening.index;
      last[happening.node] = happening.index;
      this.ofNode[happening.node].push(happening.index);
    }
    for (const crossing of this.crossings) {
      if (crossing.saidBy !== null) this.happenings[crossing.saidBy].said.push(crossing);
      if (crossing.heardBy !== null) this.happenings[crossing.heardBy].heard = crossing;
    }
  }
}

function nodeName(node) {
  return node < 0 ? 'all' : 'p' + node;
}

// "12.200 ms".
function timeText(ns) {
  const us = Math.floor(ns / 1000);
  return `${Math.floor(us / 1000)}.${String(us % 1000).padStart(3, '0')} ms`;
}

// "ECHO 0:1 a".
function messageText(crossing) {
  return [crossing.kind, crossing.instance, crossing.value].filter(Boolean).join(' ');
}

// What became of a message, in words.
function fateText(crossing) {
  switch (crossing.fate) {
    case 'received': return `arrives at ${timeText(crossing.ended)}` + (crossing.late ? ', late' : '');
    case 'unknown': return 'leaves; what becomes of it is not recorded';
    case 'sent': return 'is still under way at the end';
    case 'lost': return 'is lost';
    case 'cut': return 'is cut by a partition';
    case 'channel down': return 'has no channel';
    default: return `finds nobody at ${timeText(crossing.ended)}`;
  }
}

// Whether it only keeps things going: most of a run, and seldom what one looks for.
function isChatter(crossing) {
  if (crossing.lie) return false;
  return crossing.kind === 'HELLO' || crossing.kind === 'WATERMARK' ||
    crossing.fate === 'channel down';
}
