'use strict';
// Search: which events are about an instance, on a node, of a kind, and say a text.

// Names of the choices under "kind", and what each means of an event.
const MARKED = {
  'delivers': (happening) => happening.deliveries.length > 0,
  'convicts': (happening) => happening.convicts,
  'says a lie': (happening) => happening.said.some((crossing) => crossing.lie),
  'hears a lie': (happening) => happening.heard !== null && happening.heard.lie,
  'forged': (happening) => touches(happening, (crossing) => crossing.forged),
  'late': (happening) => touches(happening, (crossing) => crossing.late),
  'second copy': (happening) => touches(happening, (crossing) => crossing.copy),
  'lost or cut': (happening) => touches(happening, (crossing) => crossing.fate === 'lost' || crossing.fate === 'cut'),
  'finds nobody': (happening) => touches(happening, (crossing) => crossing.fate === 'to a crashed node'),
};

function touches(happening, test) {
  return (happening.heard !== null && test(happening.heard)) || happening.said.some(test);
}

// `query`: {text, instance, node, kind}, each '' if it does not matter. Returns a set of happenings, or
// null for a query that asks for nothing.
function search(run, query) {
  if (Object.values(query).every((part) => part === '')) return null;
  const text = query.text.toLowerCase();
  const found = new Set();
  for (const happening of run.happenings) {
    if (query.node !== '' && happening.node !== Number(query.node)) continue;
    if (query.instance !== '' && !happening.instances.includes(query.instance)) continue;
    if (query.kind !== '' && !isOfKind(happening, query.kind)) continue;
    if (text !== '' && !says(happening, text)) continue;
    found.add(happening.index);
  }
  return found;
}

// `kind` is "event:crash", "message:ECHO" or "mark:delivers".
function isOfKind(happening, kind) {
  const [group, name] = [kind.slice(0, kind.indexOf(':')), kind.slice(kind.indexOf(':') + 1)];
  if (group === 'event') return happening.kind === name;
  if (group === 'message') return touches(happening, (crossing) => crossing.kind === name);
  return MARKED[name](happening);
}

function says(happening, text) {
  return happening.text.toLowerCase().includes(text) ||
    happening.effects.some((effect) => effect.toLowerCase().includes(text)) ||
    touches(happening, (crossing) => crossing.content.toLowerCase().includes(text));
}

function fillChoices(run) {
  const nodes = document.getElementById('q-node');
  for (let node = 0; node < run.nodes; ++node) {
    nodes.append(el('option', {value: String(node)}, nodeName(node)));
  }
  const instances = new Set();
  for (const happening of run.happenings) happening.instances.forEach((id) => instances.add(id));
  const sorted = [...instances].sort(compareLines).slice(0, 500);
  document.getElementById('instances').append(...sorted.map((id) => el('option', {value: id})));
  const group = (label, prefix, names) => el('optgroup', {label},
    ...names.map((name) => el('option', {value: prefix + ':' + name}, name)));
  const used = new Set(run.happenings.map((happening) => happening.kind));
  document.getElementById('q-kind').append(
    group('what is special', 'mark', Object.keys(MARKED)),
    group('messages', 'message', run.messages.slice(1)),
    group('events', 'event', run.kinds.filter((kind) => used.has(kind))));
}

// An element; texts are texts, never HTML.
function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
