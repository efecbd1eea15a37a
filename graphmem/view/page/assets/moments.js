"use strict";
// What the store held at a moment, who is connected with whom, and which memories hold given words. Knows nothing of the page.
const graphmem = {};

// Text as it is compared: without case, accents and width.
graphmem.fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// All moments at which something changed, oldest first.
graphmem.changes = (data) => {
  const moments = new Set();
  for (const memory of data.memories) for (const version of memory.versions) moments.add(version.from);
  for (const relation of data.relations) moments.add(relation[4]);
  return [...moments].sort((a, b) => a - b);
};

// All days on which something began, oldest first.
graphmem.days = (data) => {
  const days = new Set();
  for (const memory of data.memories) for (const version of memory.versions) if (version.begin !== null) days.add(version.begin);
  return [...days].sort((a, b) => a - b);
};

// The version of a memory at a moment; null if there was none, or it was withdrawn.
graphmem.versionAt = (memory, moment) => {
  const found = memory.versions.find((version) => version.from <= moment && (version.to === null || version.to > moment));
  return found && found.event !== "DELETE" && (found.expires === null || found.expires > moment) ? found : null;
};

// What is searched of a version, folded once.
const searched = new WeakMap();
graphmem.searched = (data, version) => {
  if (!searched.has(version)) searched.set(version, graphmem.fold([version.text, ...version.entities.map((entity) => data.entities[entity].name)].join(" ")));
  return searched.get(version);
};

// Whether the words of a query all stand in a text, each as the beginning of a word or anywhere in it.
graphmem.holds = (folded, words) => words.every((word) => folded.includes(word));

// What is shown: the numbers of memories with their version, within the conditions.
// conditions: {moment, day, words, owner, category}; day: only what began by then, null for all; owner: a number or null
graphmem.within = (data, conditions) => {
  const shown = new Map();
  data.memories.forEach((memory, number) => {
    const version = graphmem.versionAt(memory, conditions.moment);
    if (!version) return;
    if (conditions.owner !== null && !memory.owners.includes(conditions.owner)) return;
    if (conditions.category && !version.categories.includes(conditions.category)) return;
    if (conditions.day !== null && (version.begin === null || version.begin > conditions.day)) return;
    if (conditions.words.length && !graphmem.holds(graphmem.searched(data, version), conditions.words)) return;
    shown.set(number, version);
  });
  return shown;
};

// Of more memories than can be drawn, some that are spread evenly over all, and all of those in `first`.
// most: how many memories, entities and owners may be drawn
graphmem.sample = (data, shown, most, first) => {
  const drawn = new Map();
  const things = new Set();
  const take = (number, room) => {
    const version = shown.get(number);
    if (!version || drawn.has(number)) return;
    const needed = [`m${number}`, ...data.memories[number].owners.map((owner) => `o${owner}`), ...version.entities.map((entity) => `e${entity}`)];
    if (things.size + needed.filter((thing) => !things.has(thing)).length > room) return;
    for (const thing of needed) things.add(thing);
    drawn.set(number, version);
  };
  for (const number of first) take(number, Infinity);
  const numbers = [...shown.keys()];
  // Steps of the golden ratio visit all places, each time far from those before, if the length has no factor in common with them.
  const common = (a, b) => (b ? common(b, a % b) : a);
  let step = Math.max(1, Math.round(numbers.length * 0.618));
  while (common(step, numbers.length) > 1) step += 1;
  for (let count = 0, at = 0; count < numbers.length && things.size < most; count += 1, at = (at + step) % numbers.length) take(numbers[at], most);
  return drawn;
};

// Relations that hold at a moment and stand on a memory that is shown. day: also on this day of the world; null for any
graphmem.relationsAt = (data, moment, shown, day = null) =>
  data.relations.filter((row) => shown.has(row[3]) && row[4] <= moment && (row[5] === null || row[5] > moment) &&
    (day === null || ((row[6] === null || row[6] <= day) && (row[7] === null || row[7] > day))));

// Entities that count as one at a moment.
graphmem.sameAt = (data, moment) => data.same.filter((row) => row[2] <= moment && (row[3] === null || row[3] > moment));

// The shortest chain of relations between two entities, by breadth-first search:
// [{from, to, told, memory, forward}]; null if there is none.
graphmem.path = (data, moment, shown, one, other, day = null) => {
  const steps = new Map();
  const step = (from, to, told, memory, forward) => {
    if (!steps.has(from)) steps.set(from, []);
    steps.get(from).push({ from, to, told, memory, forward });
  };
  for (const [source, target, told, memory] of graphmem.relationsAt(data, moment, shown, day)) {
    step(source, target, told, memory, true);
    step(target, source, told, memory, false);
  }
  for (const [a, b] of graphmem.sameAt(data, moment)) {
    step(a, b, "is the same as", null, true);
    step(b, a, "is the same as", null, true);
  }
  const cameBy = new Map([[one, null]]);
  const queue = [one];
  for (const place of queue) {
    if (place === other) break;
    for (const next of steps.get(place) || []) {
      if (cameBy.has(next.to)) continue;
      cameBy.set(next.to, next);
      queue.push(next.to);
    }
  }
  if (!cameBy.has(other)) return null;
  const found = [];
  for (let last = cameBy.get(other); last; last = cameBy.get(last.from)) found.unshift(last);
  return found;
};
