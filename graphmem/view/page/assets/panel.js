"use strict";
// Elements of the page that show what was chosen. Every text is set as text, never as HTML.
graphmem.element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
};

graphmem.when = (millis) => (millis === null ? "" : new Date(millis).toISOString().slice(0, 16).replace("T", " "));
graphmem.day = (millis) => (millis === null ? "" : new Date(millis).toISOString().slice(0, 10));

const LONG = 20000;

// A text with the passages marked that it was taken from; without passages, the words that both texts have.
graphmem.marked = (text, first, last, taken) => {
  const found = document.createDocumentFragment();
  if (first !== null && last !== null) {
    // Python counts characters, JavaScript half of some.
    const characters = [...text];
    const part = (from, to) => characters.slice(from, to).join("");
    found.append(part(0, first), graphmem.element("mark", {}, part(first, last)), part(last));
    return found;
  }
  const whole = text.indexOf(taken);
  if (whole >= 0) {
    found.append(text.slice(0, whole), graphmem.element("mark", {}, taken), text.slice(whole + taken.length));
    return found;
  }
  // Thousands of marks would take a browser seconds.
  if (text.length > LONG) {
    found.append(text);
    return found;
  }
  const words = new Set((graphmem.fold(taken).match(/[\p{L}\p{N}]{3,}/gu) || []));
  for (const piece of text.split(/([\p{L}\p{N}]+)/u)) {
    found.append(words.has(graphmem.fold(piece)) ? graphmem.element("mark", {}, piece) : piece);
  }
  return found;
};

graphmem.difference = (version) => {
  const found = graphmem.element("div");
  if (!version.difference) found.append(version.text);
  else {
    for (const [kind, text] of version.difference) {
      found.append(kind === " " ? text : graphmem.element(kind === "-" ? "del" : "ins", {}, text), " ");
    }
  }
  return found;
};

// A list of which the first hundred are shown, and more on demand. row: called with each of the items
graphmem.listed = (items, row) => {
  const { element } = graphmem;
  const list = element("ul");
  const more = (from) => {
    list.append(...items.slice(from, from + 100).map((item) => element("li", {}, row(item))));
    const left = items.length - from - 100;
    if (left <= 0) return;
    const button = element("button", { type: "button", onclick: () => { button.parentElement.remove(); more(from + 100); } }, `Show more of ${left.toLocaleString()}`);
    list.append(element("li", {}, button));
  };
  more(0);
  return list;
};

// goTo: called with the id of a node
graphmem.link = (label, id, goTo) => graphmem.element("button", { type: "button", class: "link", dir: "auto", onclick: () => goTo(id) }, label.slice(0, 400));

graphmem.memoryDetails = (data, number, version, goTo) => {
  const memory = data.memories[number];
  const at = data.memories[number].versions.indexOf(version);
  const { element } = graphmem;
  const list = (items) => element("ul", {}, ...items.map((item) => element("li", {}, item)));
  const event = version.begin === null ? null : `${graphmem.day(version.begin)}${version.end === version.begin ? "" : ` to ${graphmem.day(version.end) || "today"}`}`;
  const found = [
    element("h2", { dir: "auto", class: "text" }, version.text),
    element("p", { class: "quiet" }, `Memory ${memory.id}`),
    event && element("p", {}, `When it happens: ${event}`),
    version.categories.length ? element("p", {}, `Categories: ${version.categories.join(", ")}`) : null,
    element("p", {}, "Of ", ...memory.owners.flatMap((owner, place) => [place ? ", " : "", graphmem.link(`${data.owners[owner].kind} ${data.owners[owner].id}`, `o${owner}`, goTo)])),
  ];
  if (version.entities.length) {
    found.push(element("h2", {}, "Mentions"), list(version.entities.map((entity) => graphmem.link(data.entities[entity].name, `e${entity}`, goTo))));
  }
  found.push(element("h2", {}, "History"));
  found.push(
    element("ol", { class: "history" }, ...memory.versions.map((each, place) =>
      element("li", { dir: "auto", ...(place === at ? { "aria-current": "true" } : {}) },
        element("div", { class: "quiet" }, `${graphmem.when(each.from)}  ${each.event}`),
        each.event === "DELETE" ? element("del", {}, each.text) : graphmem.difference(each)))),
  );
  if (version.sources.length) {
    found.push(element("h2", {}, "What was said"));
    for (const [message, first, last] of version.sources) {
      const said = data.messages[message];
      if (!said) {
        found.push(element("p", { class: "quiet" }, "A message that this page has no room for."));
        continue;
      }
      found.push(element("div", { class: "quiet" }, `${said.who}, ${graphmem.when(said.at)}`));
      found.push(element("blockquote", { dir: "auto" }, graphmem.marked(said.text, first, last, version.text)));
    }
  }
  return found.filter((part) => part !== null);
};

// mentioned: [memory number, version]; relations: rows of the data
graphmem.entityDetails = (data, entity, mentioned, relations, goTo) => {
  const { element } = graphmem;
  const { name, type, aliases } = data.entities[entity];
  const told = ([source, target, relation, memory]) =>
    element("span", {},
      source === entity ? name : graphmem.link(data.entities[source].name, `e${source}`, goTo), ` ${relation} `,
      target === entity ? name : graphmem.link(data.entities[target].name, `e${target}`, goTo), " ",
      graphmem.link("why", `m${memory}`, goTo));
  return [
    element("h2", { dir: "auto", class: "text" }, name),
    element("p", { class: "quiet" }, aliases.length ? `${type}, also called ${aliases.join(", ")}` : type),
    ...(relations.length ? [element("h2", {}, "Relations"), graphmem.listed(relations, told)] : []),
    element("h2", {}, "Memories"),
    graphmem.listed(mentioned, ([number, version]) => graphmem.link(version.text, `m${number}`, goTo)),
  ];
};

graphmem.ownerDetails = (data, owner, memories, goTo) => {
  const { element } = graphmem;
  return [
    element("h2", { dir: "auto", class: "text" }, data.owners[owner].id),
    element("p", { class: "quiet" }, `${graphmem.KINDS[data.owners[owner].kind]}, ${memories.length.toLocaleString()} ${memories.length === 1 ? "memory" : "memories"}`),
    graphmem.listed(memories, ([number, version]) => graphmem.link(version.text, `m${number}`, goTo)),
  ];
};
