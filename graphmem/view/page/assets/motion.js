"use strict";
// While a large drawing that lies still is moved by hand, a copy of it is moved, and only what is dragged is drawn anew: thousands of nodes
// and links take a browser a tenth of a second for each frame.
// How many milliseconds it rests after a move before all is drawn again.
const REST = 150;

graphmem.Motion = class {
  // picture: whose graph is moved; element: that holds its canvas
  constructor(picture, element) {
    this.picture = picture;
    this.canvas = element.querySelector("canvas");
    this.copy = document.createElement("canvas");
    this.still = false;
    this.reset();
    picture.graph
      // Nodes stay visible, or a pointer would not find them.
      .nodeCanvasObject((node, context, scale) => { if (this.shows(node)) picture.node(node, context, scale); })
      .linkVisibility((link) => this.shows(link.source, link.target))
      .onRenderFramePre((context) => this.before(context))
      .onRenderFramePost((context, scale) => this.after(context, scale))
      .onNodeDrag((node) => this.drag(node))
      .onNodeDragEnd(() => this.end())
      .onZoom(() => this.move());
  }

  // Whether a frame draws a node, or a link between two.
  shows(...nodes) {
    return this.draws === "all" || (this.draws === "rest" && !nodes.includes(this.dragged));
  }

  reset() {
    this.dragged = null;
    this.renew();
  }

  // What was drawn is no longer true.
  renew() {
    clearTimeout(this.resting);
    // What a frame draws besides what is dragged: "all", "rest" (what is not dragged) or "copy" (nothing: that is there already).
    this.draws = this.dragged ? "rest" : "all";
    // Where on the graph's plane the last frame stands that drew itself.
    this.seen = null;
  }

  // still: whether the nodes of a large graph have found their places
  settle(still) {
    this.still = still;
    if (!still) this.reset();
  }

  drag(node) {
    if (!this.still || this.dragged === node) return;
    this.dragged = node;
    this.renew();
    this.links = this.picture.graph.graphData().links.filter((link) => link.source === node || link.target === node);
    this.ends = new Set([...this.links.flatMap((link) => [link.source, link.target]), node]);
  }

  move() {
    if (!this.still || this.dragged) return;
    if (this.draws === "all") {
      if (!this.seen) return;
      this.keep();
    }
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.end(), REST);
  }

  end() {
    this.reset();
    this.picture.redraw();
  }

  keep() {
    this.draws = "copy";
    // This empties it, too.
    [this.copy.width, this.copy.height] = [this.canvas.width, this.canvas.height];
    this.copy.getContext("2d").drawImage(this.canvas, 0, 0);
  }

  before(context) {
    if (this.draws === "copy") context.drawImage(this.copy, this.seen.x, this.seen.y, this.seen.width, this.seen.height);
  }

  after(context, scale) {
    if (this.draws !== "copy") {
      const { graph } = this.picture;
      this.seen = { ...graph.screen2GraphCoords(0, 0), width: graph.width() / scale, height: graph.height() / scale };
    }
    if (this.draws === "rest") this.keep();
    if (this.dragged) {
      this.picture.lines(this.links, context, scale);
      for (const node of this.ends) this.picture.node(node, context, scale);
    }
  }
};
