"use strict";
// The page: what is chosen and set, and what follows from it.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const by = (id) => document.getElementById(id);
  const moments = graphmem.changes(data);
  const days = graphmem.days(data);
  const LISTED = 100;
  let listed = LISTED;
  let shown = new Map();
  let drawn = new Map();
  let chosen = null;
  // What was set when the page last followed it.
  let asked = null;

  function conditions() {
    const [stored, happened, owner] = ["stored", "happened", "owner"].map((id) => by(id).value);
    const now = Number(stored) >= moments.length - 1;
    return {
      now,
      // Expiry is told by the clock of whoever looks.
      moment: now ? Math.max(Date.now(), moments.at(-1) || 0) : moments[Number(stored)],
      day: Number(happened) >= days.length ? null : days[Number(happened)],
      words: graphmem.fold(by("words").value).split(/\s+/u).filter(Boolean),
      owner: owner === "" ? null : Number(owner),
      category: by("category").value,
    };
  }

  const picture = new graphmem.Picture(by("canvas"), (node) => choose(node && node.id, false));

  function refresh() {
    asked = conditions();
    shown = graphmem.within(data, asked);
    by("stored-at").textContent = asked.now ? "now" : graphmem.when(asked.moment);
    by("happened-at").textContent = asked.day === null ? "all" : graphmem.day(asked.day);
    draw();
    list();
    if (chosen) choose(there(chosen) ? chosen : null, false);
  }

  // first: numbers of memories that are drawn whatever the sample is
  function draw(first = []) {
    drawn = graphmem.sample(data, shown, data.drawn, first);
    const nodes = new Map();
    const links = [];
    const add = (id, kind, label) => { if (!nodes.has(id)) nodes.set(id, { id, kind, label }); };
    const entity = (number) => { add(`e${number}`, "entity", data.entities[number].name); return `e${number}`; };
    for (const [number, version] of drawn) {
      add(`m${number}`, "memory", version.text.slice(0, 400));
      for (const owner of data.memories[number].owners) {
        add(`o${owner}`, data.owners[owner].kind, data.owners[owner].id);
        links.push({ source: `o${owner}`, target: `m${number}` });
      }
      for (const one of version.entities) links.push({ source: `m${number}`, target: entity(one) });
    }
    for (const [source, target, told] of related(drawn)) links.push({ source: entity(source), target: entity(target), told });
    for (const [one, other] of graphmem.sameAt(data, asked.moment)) {
      if (nodes.has(`e${one}`) && nodes.has(`e${other}`)) links.push({ source: `e${one}`, target: `e${other}`, told: "same as" });
    }
    // Owners are few, and drawn above what is theirs.
    const height = { memory: 0, entity: 1 };
    picture.show([...nodes.values()].sort((one, other) => (height[one.kind] ?? 2) - (height[other.kind] ?? 2)), links);
    const [memories, drawing] = [counted(shown.size, "memory", "memories"), counted(nodes.size, "node", "nodes")];
    const sample = `${memories}. A sample is drawn: ${drawn.size.toLocaleString()} of them, ${drawing} in all. The list and the search have every one.`;
    const told = [drawn.size < shown.size ? sample : `${memories}, ${drawing}.`];
    if (data.total > data.memories.length) told.push(`This page holds the ${data.memories.length.toLocaleString()} of ${data.total.toLocaleString()} memories that changed last: more would be too large for a page.`);
    by("told").textContent = told.join(" ");
  }

  const counted = (count, one, more) => `${count.toLocaleString()} ${count === 1 ? one : more}`;
  const related = (memories) => graphmem.relationsAt(data, asked.moment, memories, asked.day);

  // Memories that mention a thing or belong to an owner.
  const memoriesOf = (id) => {
    const number = Number(id.slice(1));
    return [...shown].filter(([memory, version]) => (id[0] === "e" ? version.entities : data.memories[memory].owners).includes(number));
  };

  const there = (id) => (id[0] === "m" ? shown.has(Number(id.slice(1))) : memoriesOf(id).length > 0);

  function list() {
    const rows = [...shown].slice(0, listed).map(([number, version]) =>
      graphmem.element("li", {}, graphmem.element("button", { type: "button", dir: "auto", "data-id": `m${number}`, "aria-current": chosen === `m${number}` ? "true" : "false", onclick: () => choose(`m${number}`) }, graphmem.element("span", {}, version.text.slice(0, 400)))));
    by("memories").replaceChildren(...rows);
    by("more").hidden = shown.size <= listed;
  }

  // moved: whether it comes into view
  function choose(id, moved = true) {
    chosen = id;
    if (id && !picture.nodes.has(id)) draw(id[0] === "m" ? [Number(id.slice(1))] : memoriesOf(id).slice(0, 50).map(([memory]) => memory));
    const details = by("details");
    details.hidden = !id;
    picture.light(id ? around(id) : null);
    picture.choose(id);
    if (moved && id) picture.touched = false;
    if (moved) picture.fit();
    for (const button of by("memories").querySelectorAll("button")) button.setAttribute("aria-current", String(button.dataset.id === id));
    if (!id) return;
    const number = Number(id.slice(1));
    const goTo = (next) => { choose(next); details.focus(); };
    const close = graphmem.element("button", { type: "button", onclick: () => choose(null), "aria-label": "Close" }, "×");
    details.replaceChildren(close, ...{
      m: () => graphmem.memoryDetails(data, number, shown.get(number), goTo),
      e: () => graphmem.entityDetails(data, number, memoriesOf(id), related(shown).filter((row) => row[0] === number || row[1] === number), goTo),
      o: () => graphmem.ownerDetails(data, number, memoriesOf(id), goTo),
    }[id[0]]());
    details.scrollTop = 0;
    if (moved && matchMedia("(max-width: 760px)").matches) details.scrollIntoView();
  }

  function around(id) {
    const near = new Set([id]);
    for (const link of picture.graph.graphData().links) {
      const [source, target] = [link.source.id || link.source, link.target.id || link.target];
      if (source === id) near.add(target);
      if (target === id) near.add(source);
    }
    return near;
  }

  function connect() {
    const named = (text) => data.entities.findIndex((each) => [each.name, ...each.aliases].some((name) => graphmem.fold(name) === graphmem.fold(text.trim())));
    const [one, other] = [named(by("one").value), named(by("other").value)];
    const told = (...rows) => by("path").replaceChildren(...rows.map((row) => graphmem.element("li", {}, ...row)));
    const unknown = [[one, by("one").value], [other, by("other").value]].find(([place]) => place < 0);
    if (unknown) { told([`Nothing is called ${unknown[1] || "that"}.`]); return; }
    const found = graphmem.path(data, asked.moment, shown, one, other, asked.day);
    if (!found) { told(["There is no chain of relations between them."]); picture.light(null); return; }
    const name = (entity) => data.entities[entity].name;
    told(...found.map((step) => [
      step.forward ? `${name(step.from)} ${step.told} ${name(step.to)}` : `${name(step.to)} ${step.told} ${name(step.from)}`, " ",
      step.memory === null ? "" : graphmem.link("why", `m${step.memory}`, (id) => choose(id)),
    ]));
    const steps = found.map((step) => step.memory).filter((memory) => memory !== null);
    if (steps.some((memory) => !drawn.has(memory))) draw(steps);
    const chain = new Set(found.flatMap((step) => [`e${step.from}`, `e${step.to}`, ...(step.memory === null ? [] : [`m${step.memory}`])]));
    picture.light(chain);
    picture.touched = false;
    picture.fit();
  }

  function options(select, all, pairs) {
    select.replaceChildren(graphmem.element("option", { value: "" }, all), ...pairs.map(([value, label]) => graphmem.element("option", { value }, label)));
  }

  options(by("owner"), "all", data.owners.map((owner, number) => [number, `${owner.kind} ${owner.id}`]));
  const categories = [...new Set(data.memories.flatMap((memory) => memory.versions.flatMap((version) => version.categories)))].sort();
  options(by("category"), "all", categories.map((name) => [name, name]));
  by("names").replaceChildren(...[...new Set(data.entities.map((entity) => entity.name))].sort().map((value) => graphmem.element("option", { value })));
  by("legend").replaceChildren(...Object.entries(graphmem.KINDS).filter(([kind]) => kind === "memory" || kind === "entity" || data.owners.some((owner) => owner.kind === kind)).map(([kind, told]) => {
    const sign = graphmem.element("span", { "aria-hidden": "true" }, { 0: "●", 3: "▲", 4: "◆", 6: "⬢" }[graphmem.SIDES[kind]]);
    sign.style.color = `var(--${kind})`;
    return graphmem.element("li", {}, sign, ` ${told}`);
  }));
  for (const [id, most] of [["stored", Math.max(moments.length - 1, 0)], ["happened", days.length]]) {
    by(id).max = most;
    by(id).value = most;
    by(id).disabled = most === 0;
  }
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(() => { listed = LISTED; refresh(); }, 80); };
  for (const id of ["words", "owner", "category", "stored", "happened"]) by(id).addEventListener("input", soon);
  by("connect").addEventListener("click", connect);
  for (const id of ["one", "other"]) by(id).addEventListener("keydown", (event) => { if (event.key === "Enter") connect(); });
  by("more").addEventListener("click", () => { listed += LISTED; list(); });
  by("closer").addEventListener("click", () => picture.zoom(1.5));
  by("farther").addEventListener("click", () => picture.zoom(1 / 1.5));
  by("whole").addEventListener("click", () => { picture.touched = false; picture.whole(); });
  const keys = {
    ArrowLeft: () => picture.move(-80, 0), ArrowRight: () => picture.move(80, 0), ArrowUp: () => picture.move(0, -80), ArrowDown: () => picture.move(0, 80),
    "+": () => picture.zoom(1.5), "=": () => picture.zoom(1.5), "-": () => picture.zoom(1 / 1.5), 0: () => by("whole").click(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) { event.preventDefault(); by("words").focus(); }
    if (event.target === by("canvas") && keys[event.key]) { event.preventDefault(); keys[event.key](); }
    if (event.key === "Escape") { choose(null); by("path").replaceChildren(); }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest && (event.target.closest("#memories") || event.target === by("words"))) {
      const buttons = [...by("memories").querySelectorAll("button")];
      const next = buttons[buttons.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
      if (next) { event.preventDefault(); next.focus(); }
    }
  });
  refresh();
  graphmem.page = { picture, choose, refresh };
})();
