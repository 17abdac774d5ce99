'use strict';
// A node's state at any moment: the base, and all differences until then.

class States {
  constructor(run) {
    this.run = run;
    // A node's state is remembered every so many of its happenings.
    this.every = 64;
    this.kept = run.base.map((lines) => [this.decode(lines)]);
  }

  decode(lines) {
    const state = new Map();
    for (let i = 0; i < lines.length; i += 2) {
      state.set(this.run.strings[lines[i]], this.run.strings[lines[i + 1]]);
    }
    return state;
  }

  apply(state, changes) {
    for (let i = 0; i < changes.length; i += 2) {
      const line = this.run.strings[changes[i]];
      if (changes[i + 1] < 0) {
        state.delete(line);
      } else {
        state.set(line, this.run.strings[changes[i + 1]]);
      }
    }
  }

  // After the first `count` happenings of the node.
  after(node, count) {
    const kept = this.kept[node];
    const own = this.run.ofNode[node];
    while (kept.length * this.every <= count) {
      const state = new Map(kept[kept.length - 1]);
      const from = (kept.length - 1) * this.every;
      for (let i = from; i < from + this.every; ++i) {
        this.apply(state, this.run.happenings[own[i]].changes);
      }
      kept.push(state);
    }
    const nearest = Math.floor(count / this.every);
    const state = new Map(kept[nearest]);
    for (let i = nearest * this.every; i < count; ++i) {
      this.apply(state, this.run.happenings[own[i]].changes);
    }
    return state;
  }

  // {before, after} of `node` around the happening `index`; equal where that is not its own.
  around(node, index) {
    const own = this.run.ofNode[node];
    let low = 0;
    let high = own.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (own[middle] < index) low = middle + 1; else high = middle;
    }
    const isOwn = own[low] === index;
    return {before: this.after(node, low), after: this.after(node, isOwn ? low + 1 : low)};
  }
}

// Rows {line, before, after, sign} in the order of lines; '' where there is none.
function stateRows(before, after) {
  const lines = [...new Set([...before.keys(), ...after.keys()])].sort(compareLines);
  return lines.map((line) => {
    const was = before.has(line) ? before.get(line) : '';
    const is = after.has(line) ? after.get(line) : '';
    const sign = was === is ? '' : was === '' ? '+' : is === '' ? '−' : '≠';
    return {line, before: was, after: is, sign};
  });
}

// Numbers in them count as numbers: 0:2 before 0:10.
function compareLines(a, b) {
  return a.localeCompare(b, 'en', {numeric: true});
}
