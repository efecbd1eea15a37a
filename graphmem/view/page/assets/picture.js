"use strict";
// The drawing: nodes and links on a canvas, by force-graph.
graphmem.KINDS = { memory: "Memory", entity: "Person, place or thing", user: "User", agent: "Agent", app: "App", run: "Run" };
graphmem.SIDES = { memory: 0, entity: 4, user: 3, agent: 3, app: 6, run: 6 };
const SIZES = { memory: 5, entity: 6, user: 9, agent: 9, app: 8, run: 7 };
// With more nodes than these, names are drawn only when one looks closely.
const FEW = 150;
const MANY = 1000;

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
    this.colours = graphmem.colours();
    this.graph = new ForceGraph(element)
      .nodeId("id")
      .nodeRelSize(1)
      .nodeVal((node) => SIZES[node.kind] ** 2)
      .nodeLabel(null)
      .linkLabel(null)
      .nodeCanvasObject((node, context, scale) => this.node(node, context, scale))
      .nodePointerAreaPaint((node, colour, context) => this.shape(node, context, colour, SIZES[node.kind] + 2))
      .linkColor((link) => (this.isLit(link.source) && this.isLit(link.target) ? this.colours.line : "transparent"))
      .linkWidth((link) => (link.told ? 1.5 : 0.5))
      .linkDirectionalArrowLength((link) => (link.told && this.nodes.size < 1000 ? 4 : 0))
      .linkDirectionalArrowRelPos(0.9)
      .linkCanvasObjectMode((link) => (link.told ? "after" : undefined))
      .linkCanvasObject((link, context, scale) => this.told(link, context, scale))
      .d3AlphaDecay(0.04)
      .cooldownTime(8000)
      // Once a large graph lies still, dragging a node moves that one only: the forces would cost most of each frame.
      .onEngineStop(() => {
        this.graph.cooldownTicks(this.nodes.size > MANY ? 0 : Infinity);
        if (!this.seen) this.whole();
        this.seen = true;
      })
      .autoPauseRedraw(true)
      .onNodeClick((node) => onChoose(node))
      .onBackgroundClick(() => onChoose(null));
    // Parts that nothing connects would drive each other out of sight.
    this.graph.d3Force("charge").distanceMax(250);
    element.addEventListener("pointerdown", () => { this.seen = true; });
    element.addEventListener("wheel", () => { this.seen = true; }, { passive: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.colours = graphmem.colours();
      this.redraw();
    });
    new ResizeObserver(() => this.graph.width(element.clientWidth).height(element.clientHeight)).observe(element);
  }

  // Nodes that stay keep their places.
  show(nodes, links) {
    const kept = this.nodes;
    this.nodes = new Map(nodes.map((node) => [node.id, Object.assign(kept.get(node.id) || {}, node)]));
    this.graph.cooldownTicks(Infinity).graphData({ nodes: [...this.nodes.values()], links });
  }

  // ids: a set of nodes that stand out; null for all
  light(ids) {
    this.lit = ids;
    this.redraw();
  }

  choose(id) {
    this.chosen = id;
    const node = this.nodes.get(id);
    if (node && node.x !== undefined) this.graph.centerAt(node.x, node.y, matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300);
    this.redraw();
  }

  zoom(factor) {
    this.graph.zoom(this.graph.zoom() * factor, 200);
  }

  // ids: a set of nodes that are brought into view; null for all
  whole(ids = null) {
    this.graph.zoomToFit(200, ids ? 120 : 40, (node) => !ids || ids.has(node.id));
  }

  redraw() {
    // A setting that is set anew makes it draw again.
    this.graph.nodeRelSize(1);
  }

  isLit(node) {
    return !this.lit || this.lit.has(node.id === undefined ? node : node.id);
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
    if (lit && (near || this.nodes.size < FEW || (node.kind !== "memory" && node.kind !== "entity"))) {
      const size = Math.max(11 / scale, 1.5);
      context.font = `${size}px system-ui, sans-serif`;
      context.textAlign = "center";
      context.textBaseline = "top";
      context.fillStyle = this.colours.text;
      const label = node.label.length > 34 ? `${node.label.slice(0, 33)}…` : node.label;
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
