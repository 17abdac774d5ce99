'use strict';
// The panel beside the lanes: what is selected, in words, and the state of a node around it.

class Panel {
  // `viewer` is asked to select what is clicked on.
  constructor(run, states, viewer) {
    this.run = run;
    this.states = states;
    this.viewer = viewer;
    this.body = document.getElementById('details-body');
    this.wholeState = false;
    this.stateOf = null;  // Another node than the event's own.
  }

  showNothing() {
    const hint = this.run.violation === null ?
      'Click on an event to see what it did, what it came from and what came of it.' :
      'Press v for the event with which the property was broken.';
    this.body.replaceChildren(
      el('h2', {}, this.run.title),
      el('p', {}, `${this.run.happenings.length} events on ${this.run.nodes} nodes` +
        (this.run.let_go > 0 ? `; ${this.run.let_go} earlier ones are left out, --from and --to choose others` : '')),
      el('p', {class: 'faint'}, hint));
  }

  // A link to an event.
  jump(index, text) {
    return el('button', {type: 'button', class: 'jump', onclick: () => this.viewer.select(index)}, text);
  }

  jumpTo(index) {
    const happening = this.run.happenings[index];
    return this.jump(index, `${timeText(happening.at)} ${nodeName(happening.node)} ${happening.text}`);
  }

  showHappening(happening) {
    const run = this.run;
    const parts = [el('h2', {}, `${nodeName(happening.node)} ${happening.text}`),
      el('p', {class: 'faint'}, `${timeText(happening.at)} · ${happening.kind}` +
        (happening.event > 0 ? ` · event ${happening.event}` : ''))];
    if (run.violation !== null && run.violation.broken === happening.index) {
      parts.push(el('p', {class: 'broken-note', id: 'broken-note'},
        `${run.violation.property} is broken from here: ${run.violation.what}`));
    }
    if (happening.instances.length > 0) {
      parts.push(el('p', {}, ...happening.instances.slice(0, 12).map((id) => el('button', {
        type: 'button', class: 'chip', title: 'Search for this instance',
        onclick: () => this.viewer.searchFor({instance: id})}, id))));
    }
    if (happening.effects.length > 0) {
      parts.push(el('h3', {}, 'What it asks for'),
        el('ul', {class: 'mono'}, ...happening.effects.map((effect) => el('li', {}, effect))));
    }
    parts.push(...this.messages(happening), ...this.coneParts(happening));
    if (happening.node >= 0) parts.push(...this.stateParts(happening));
    this.body.replaceChildren(...parts);
  }

  messages(happening) {
    const parts = [];
    if (happening.heard !== null) {
      const crossing = happening.heard;
      const origin = `${messageText(crossing)} of ${nodeName(crossing.from)}, said at ${timeText(crossing.said)}`;
      parts.push(el('h3', {}, 'Hears'), el('ul', {}, el('li', {},
        crossing.saidBy === null ? origin : this.jump(crossing.saidBy, origin),
        this.remarks(crossing))));
    }
    if (happening.said.length > 0) {
      parts.push(el('h3', {}, 'Says'), el('ul', {}, ...happening.said.map((crossing) => {
        const text = `${messageText(crossing)} → ${nodeName(crossing.to)} ${fateText(crossing)}`;
        return el('li', {}, crossing.heardBy === null ? text : this.jump(crossing.heardBy, text),
          this.remarks(crossing));
      })));
    }
    return parts;
  }

  remarks(crossing) {
    const words = [];
    if (crossing.forged) words.push('forged: in another’s name');
    else if (crossing.lie) words.push('a lie');
    if (crossing.copy) words.push('a second copy');
    if (crossing.content !== '') words.push(crossing.content);
    return words.length > 0 ? el('span', {class: 'faint'}, ` (${words.join('; ')})`) : '';
  }

  coneParts(happening) {
    const {cone, within, admits} = this.viewer;
    if (cone === null) return [];
    const list = (indices) => indices.slice(0, 6).map((index) => el('li', {}, this.jumpTo(index)));
    const select = el('select', {id: 'within', 'aria-label': 'Which causes and effects',
      onchange: (event) => this.viewer.setWithin(event.target.value)},
      el('option', {value: 'instance'}, 'in its instance'),
      el('option', {value: 'all'}, 'of all the run'));
    select.value = happening.instances.length > 0 ? within : 'all';
    select.disabled = happening.instances.length === 0;
    return [
      el('h3', {}, 'Causes and effects ', select),
      el('p', {id: 'cone'}, `comes after ${cone.causes.size} events (full rings), before ${cone.effects.size} (broken rings)`),
      el('ul', {}, ...list(directCauses(this.run, happening.index, admits)).map(prefixed('after ')),
        ...list(directEffects(this.run, happening.index, admits)).map(prefixed('before '))),
    ];
  }

  stateParts(happening) {
    const node = this.stateOf === null ? happening.node : this.stateOf;
    const own = node === happening.node;
    const {before, after} = this.states.around(node, happening.index);
    const rows = stateRows(before, after);
    const changed = rows.filter((row) => row.sign !== '');
    const whole = this.wholeState || !own;
    const nodes = el('select', {id: 'state-node', 'aria-label': 'Whose state',
      onchange: (event) => this.showStateOf(Number(event.target.value))},
      ...this.run.ofNode.map((_, other) => el('option', {value: String(other)}, nodeName(other))));
    nodes.value = String(node);
    const check = el('input', {type: 'checkbox', id: 'whole-state',
      onchange: (event) => this.showWhole(event.target.checked)});
    check.checked = whole;
    check.disabled = !own;
    const parts = [el('h3', {}, 'State of ', nodes, ' ',
      el('label', {}, check, ' also what stays the same'))];
    const shown = whole ? rows : changed;
    if (this.run.isLiar[node]) {
      parts.push(el('p', {class: 'faint'}, 'A liar has no state of its own: the adversary plays it.'));
    } else if (shown.length === 0) {
      parts.push(el('p', {class: 'faint'}, rows.length === 0 ? 'It is down.' : 'Nothing changes.'));
    } else {
      parts.push(stateTable(shown, own));
    }
    return parts;
  }

  showStateOf(node) {
    this.stateOf = node;
    this.viewer.showSelected();
  }

  showWhole(whole) {
    this.wholeState = whole;
    this.viewer.showSelected();
  }

  showCrossing(crossing) {
    const ends = [];
    if (crossing.saidBy !== null) ends.push(el('li', {}, 'said by ', this.jumpTo(crossing.saidBy)));
    if (crossing.heardBy !== null) ends.push(el('li', {}, 'heard by ', this.jumpTo(crossing.heardBy)));
    this.body.replaceChildren(
      el('h2', {}, `${messageText(crossing)} from ${nodeName(crossing.from)} to ${nodeName(crossing.to)}`),
      el('p', {}, `It leaves at ${timeText(crossing.said)} and ${fateText(crossing)}.`),
      el('p', {}, this.remarks(crossing)),
      crossing.late ? el('p', {class: 'faint'}, `Late: it took more than ${this.run.late_factor} times the median.`) : '',
      el('ul', {}, ...ends));
  }
}

function prefixed(text) {
  return (item) => {
    item.prepend(text);
    return item;
  };
}

// Grouped by what stands before the | of a line.
function stateTable(rows, own) {
  const table = el('table', {class: 'state', id: 'state'});
  table.append(el('tr', {}, el('th', {}, ''), el('th', {}, ''),
    ...(own ? [el('th', {}, 'before'), el('th', {}, 'after')] : [el('th', {}, 'is')])));
  let group = null;
  for (const row of rows) {
    const cut = row.line.indexOf('|');
    if (row.line.slice(0, cut) !== group) {
      group = row.line.slice(0, cut);
      table.append(el('tr', {}, el('th', {colspan: '4', scope: 'rowgroup'}, group)));
    }
    const kind = {'+': 'new', '−': 'gone', '≠': 'other', '': ''}[row.sign];
    table.append(el('tr', {class: kind}, el('td', {}, row.sign), el('td', {}, row.line.slice(cut + 1)),
      ...(own ? [el('td', {}, row.before), el('td', {}, row.after)] : [el('td', {}, row.after)])));
  }
  return table;
}
