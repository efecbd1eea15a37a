"use strict";
// The drawing: nodes and links on a canvas, by force-graph.
graphmem.KINDS = { memory: "Memory", entity: "Person, place or thing", user: "User", agent: "Agent", app: "App", run: "Run" };
graphmem.SIDES = { memory: 0, entity: 4, user: 3, agent: 3, app: 6, run: 6 };
const SIZES = { memory: 5, entity: 6, user: 9, agent: 9, app: 8, run: 7 };
// With more nodes than these, names are drawn only when one looks closely.
const FEW = 150;
const MANY = 1000;
// More names of owners would hide each other.
const FEW_OWNERS = 40;
// How near few nodes are brought.
const NEAREST = 3;

graphmem.colours = () => {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return Object.fromEntries([...Object.keys(graphmem.KINDS), "text", "quiet", "line", "page"].map((name) => [name, of(name)]));
};

graphmem.Picture = class {
  // onChoose: called with a node that was clicked, null for the background
  constructor(element, onChoose) {
    this.nodes = new Map();
    this.chosen = null;
    this.lit = null;
    // Whether somebody moved or zoomed: then it stays.
    this.touched = false;
    this.colours = graphmem.colours();
    this.graph = new ForceGraph(element)
      .nodeId("id")
      .nodeRelSize(1)
      .nodeVal((node) => SIZES[node.kind] ** 2)
      .nodeLabel(null)
      .linkLabel(null)
      .nodePointerAreaPaint((node, colour, context) => this.shape(node, context, colour, SIZES[node.kind] + 2))
      .linkColor((link) => this.colour(link))
      .linkWidth((link) => this.width(link))
      // A pointer finds nodes only: to find links as well, each would be drawn once more, in a colour of its own.
      .linkPointerAreaPaint(() => {})
      .linkDirectionalArrowLength((link) => (link.told && this.nodes.size < 1000 ? 4 : 0))
      .linkDirectionalArrowRelPos(0.9)
      .linkCanvasObjectMode((link) => (link.told ? "after" : undefined))
      .linkCanvasObject((link, context, scale) => this.told(link, context, scale))
      .d3AlphaDecay(0.04)
      .cooldownTime(8000)
      // Once a large graph lies still, dragging a node moves that one only: the forces would cost most of each frame.
      .onEngineStop(() => {
        const many = this.nodes.size > MANY;
        this.graph.cooldownTicks(many ? 0 : Infinity);
        this.motion.settle(many);
        this.fit();
      })
      .autoPauseRedraw(true)
      .onNodeHover((node) => this.tell(node))
      .onNodeClick((node) => onChoose(node))
      .onBackgroundClick(() => onChoose(null));
    this.motion = new graphmem.Motion(this, element);
    // Parts that nothing connects would drive each other out of sight.
    this.graph.d3Force("charge").distanceMax(250);
    for (const kind of ["pointerdown", "wheel"]) element.addEventListener(kind, () => { this.touched = true; }, { passive: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.colours = graphmem.colours();
      this.redraw();
    });
    new ResizeObserver(() => {
      this.graph.width(element.clientWidth).height(element.clientHeight);
      this.fit();
    }).observe(element);
  }

  // Nodes that stay keep their places.
  show(nodes, links) {
    const kept = this.nodes;
    this.nodes = new Map(nodes.map((node) => [node.id, Object.assign(kept.get(node.id) || {}, node)]));
    this.owners = nodes.filter((node) => node.kind !== "memory" && node.kind !== "entity").length;
    this.motion.settle(false);
    this.graph.cooldownTicks(Infinity).graphData({ nodes: [...this.nodes.values()], links });
    // The first layout takes a moment; once it is done, this happens again.
    clearTimeout(this.fitting);
    this.fitting = setTimeout(() => this.fit(), 1000);
  }

  // ids: a set of nodes that stand out; null for all
  light(ids) {
    this.lit = ids;
    this.redraw();
  }

  // What stands out, or everything, comes into view, unless somebody has moved the drawing.
  fit() {
    if (!this.touched) this.whole(this.lit);
  }

  choose(id) {
    this.chosen = id;
    this.redraw();
  }

  zoom(factor) {
    this.touched = true;
    this.graph.zoom(this.graph.zoom() * factor, this.time());
  }

  time() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200;
  }

  // In pixels.
  move(right, down) {
    this.touched = true;
    const { x, y } = this.graph.centerAt();
    this.graph.centerAt(x + right / this.graph.zoom(), y + down / this.graph.zoom());
  }

  // The whole label of the node that the pointer is at.
  tell(node) {
    const tip = document.getElementById("tip");
    tip.hidden = !node;
    if (!node) return;
    tip.textContent = node.label;
    const at = this.graph.graph2ScreenCoords(node.x, node.y);
    tip.style.left = `${Math.max(0, Math.min(at.x + 12, this.graph.width() - 300))}px`;
    tip.style.top = `${at.y + 12}px`;
  }

  // ids: a set of nodes that are brought into view; null for all
  whole(ids = null) {
    const box = this.graph.getGraphBbox((node) => node.x !== undefined && (!ids || ids.has(node.id)));
    if (!box) return;
    const [width, height] = [box.x[1] - box.x[0] + 60, box.y[1] - box.y[0] + 60];
    this.graph.centerAt((box.x[0] + box.x[1]) / 2, (box.y[0] + box.y[1]) / 2, this.time());
    this.graph.zoom(Math.min(this.graph.width() / width, this.graph.height() / height, NEAREST), this.time());
  }

  redraw() {
    this.motion.renew();
    // A setting that is set anew makes it draw again.
    this.graph.nodeRelSize(1);
  }

  isLit(node) {
    return !this.lit || this.lit.has(node.id === undefined ? node : node.id);
  }

  colour(link) {
    return this.isLit(link.source) && this.isLit(link.target) ? this.colours.line : "transparent";
  }

  width(link) {
    return link.told ? 1.5 : 0.5;
  }

  lines(links, context, scale) {
    for (const link of links) {
      context.strokeStyle = this.colour(link);
      context.lineWidth = this.width(link) / scale;
      context.beginPath();
      context.moveTo(link.source.x, link.source.y);
      context.lineTo(link.target.x, link.target.y);
      context.stroke();
    }
    for (const link of links) if (link.told) this.told(link, context, scale);
  }

  shape(node, context, colour, size) {
    const sides = graphmem.SIDES[node.kind];
    context.fillStyle = colour;
    context.beginPath();
    if (!sides) context.arc(node.x, node.y, size, 0, 2 * Math.PI);
    for (let corner = 0; corner < sides; corner += 1) {
      const angle = (2 * Math.PI * corner) / sides - Math.PI / 2;
      context.lineTo(node.x + size * Math.cos(angle), node.y + size * Math.sin(angle));
    }
    context.closePath();
    context.fill();
  }

  node(node, context, scale) {
    const lit = this.isLit(node);
    context.globalAlpha = lit ? 1 : 0.15;
    this.shape(node, context, this.colours[node.kind], SIZES[node.kind]);
    if (node.id === this.chosen) {
      context.strokeStyle = this.colours.text;
      context.lineWidth = 3 / scale;
      context.stroke();
    }
    const near = scale > 2.2 || node.id === this.chosen || (this.lit && lit && this.lit.size < FEW);
    if (lit && (near || this.nodes.size < FEW || (this.owners < FEW_OWNERS && node.kind !== "memory" && node.kind !== "entity"))) {
      const size = Math.max(11 / scale, 1.5);
      context.font = `${size}px system-ui, sans-serif`;
      context.textAlign = "center";
      context.textBaseline = "top";
      context.fillStyle = this.colours.text;
      const label = node.label.length > 34 ? `${node.label.slice(0, 33)}…` : node.label;
      // A rim in the colour of the page: a name stays readable above other nodes.
      context.lineJoin = "round";
      context.lineWidth = 3 / scale;
      context.strokeStyle = this.colours.page;
      context.strokeText(label, node.x, node.y + SIZES[node.kind] + 1 / scale);
      context.fillText(label, node.x, node.y + SIZES[node.kind] + 1 / scale);
    }
    context.globalAlpha = 1;
  }

  told(link, context, scale) {
    if (scale < 1.3 && this.nodes.size > 60) return;
    if (!this.isLit(link.source) || !this.isLit(link.target) || link.source.x === undefined) return;
    context.font = `${Math.max(9 / scale, 1.2)}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = this.colours.quiet;
    context.fillText(link.told, (link.source.x + link.target.x) / 2, (link.source.y + link.target.y) / 2);
  }
};
