'use strict';
// Happens-before: what an event depends on, and what depends on it. An event comes after the one
// before it on its node and after the one that said what it hears; all else follows from these two,
// transitively. Within an instance only the events about it are looked at.

// The nearest event on the same lane that `admits` lets in.
function neighbour(run, index, step, admits) {
  for (let at = run.happenings[index][step]; at !== null; at = run.happenings[at][step]) {
    if (admits(run.happenings[at])) return at;
  }
  return null;
}

function directCauses(run, index, admits) {
  const happening = run.happenings[index];
  const causes = [];
  if (happening.heard !== null && happening.heard.saidBy !== null &&
      admits(run.happenings[happening.heard.saidBy])) {
    causes.push(happening.heard.saidBy);
  }
  const before = neighbour(run, index, 'before', admits);
  if (before !== null) causes.push(before);
  return causes;
}

function directEffects(run, index, admits) {
  const happening = run.happenings[index];
  const effects = [];
  for (const crossing of happening.said) {
    if (crossing.heardBy !== null && admits(run.happenings[crossing.heardBy])) {
      effects.push(crossing.heardBy);
    }
  }
  const after = neighbour(run, index, 'after', admits);
  if (after !== null) effects.push(after);
  return effects;
}

// All that `next` leads to from `start`, without `start`.
function closure(start, next) {
  const seen = new Set();
  const open = [...start];
  while (open.length > 0) {
    for (const found of next(open.pop())) {
      if (seen.has(found)) continue;
      seen.add(found);
      open.push(found);
    }
  }
  return seen;
}

// {causes, effects}: sets of happenings, of those that `admits` lets in.
function cone(run, index, admits) {
  return {
    causes: closure([index], (at) => directCauses(run, at, admits)),
    effects: closure([index], (at) => directEffects(run, at, admits)),
  };
}
