"""How the page of `graphmem view` moves while 5,000 nodes are drawn and dragged, by Chromium's own mouse events.

    python -m tests.benchmarks.dragging
    python -m tests.benchmarks.dragging --page memory.html --seconds 10

Frames are those in which the page drew. `frames a second` is of the median time from one to the next; the goal is 20 and more.
`processor, ms`: of all of Chromium's processes for a frame, which other programs of the machine change less: the drawing itself is done
on processors here, without a graphics card. What is dragged: a node, while one looks at the whole graph, and near, at some of its names;
then the drawing, by a place where no node is.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from graphmem import MemoryClient
from graphmem.cli.app import app
from tests.tools.chromium import chromium
from tests.tools.much_told import tell

# Of the layout.
_PATIENCE = 120
_COUNT = """
const { graph } = graphmem.page.picture;
const draw = graph.onRenderFramePost() || (() => {});
window.drawnAt = [];
graph.onRenderFramePost((...told) => { draw(...told); window.drawnAt.push(performance.now()); });
"""
# Where the memory is that is nearest to the middle of what is seen, or a place near there that is far from all nodes.
_PLACE = """
const { picture } = graphmem.page;
const box = document.querySelector("#canvas canvas").getBoundingClientRect();
const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
const nearest = (places, place) => places.reduce((one, other) => (distance(other, place) < distance(one, place) ? other : one));
const places = (nodes) => nodes.map((node) => picture.graph.graph2ScreenCoords(node.x, node.y));
const nodes = [...picture.nodes.values()];
let found = nearest(places(nodes.filter((node) => node.kind === "memory")), { x: box.width / 2, y: box.height / 2 });
if (!arguments[0]) {
  const all = places(nodes);
  const part = (number) => 0.2 + 0.03 * number;
  const tried = Array.from({ length: 400 }, (_, at) => ({ x: box.width * part(at % 20), y: box.height * part(Math.floor(at / 20)) }));
  const room = tried.map((place) => distance(place, nearest(all, place)));
  found = tried[room.indexOf(Math.max(...room))];
}
return [box.x + found.x, box.y + found.y];
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, help="a page that graphmem view wrote; by default one of 10,000 memories")
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as driver:
        page = options.page or _page(Path(folder))
        driver.get(page.resolve().as_uri())
        print(_settled(driver))
        print("| dragged | frames | frames a second | slowest of 20, ms | processor, ms |\n|---|---|---|---|---|")
        driver.execute_script(_COUNT)
        for name, closer, node in (("a node", 1, True), ("a node, near", 8, True), ("all", 1 / 8, False)):
            driver.execute_script("graphmem.page.picture.zoom(arguments[0])", closer)
            time.sleep(1.5)
            print(f"| {name} | {_dragged(driver, options.seconds, node=node)} |", flush=True)


def _page(folder: Path) -> Path:
    store, page = str(folder / "memories.db"), folder / "memory.html"
    with MemoryClient(store, llm="offline", embedder="local") as client:
        tell(client._parts.store(), 10_000)
    app(["view", "--store", store, str(page)], standalone_mode=False)
    return page


def _settled(driver: Any) -> str:
    """Waits until the nodes lie still, and tells how many there are."""
    deadline = time.monotonic() + _PATIENCE
    driver.execute_script("window.ticks = 0; graphmem.page.picture.graph.onEngineTick(() => { window.ticks += 1; })")
    before = -1
    while (ticks := driver.execute_script("return window.ticks")) != before:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the nodes still move after {_PATIENCE} s")
        before = ticks
        time.sleep(3)
    counted = "const { nodes, links } = graphmem.page.picture.graph.graphData(); return [nodes.length, links.length]"
    nodes, links = driver.execute_script(counted)
    return f"{nodes:,} nodes, {links:,} links"


def _dragged(driver: Any, seconds: float, *, node: bool) -> str:
    x, y = driver.execute_script(_PLACE, node)

    def mouse(kind: str, right: float = 0, down: float = 0, buttons: int = 1) -> None:
        event = {
            "type": kind,
            "x": x + right,
            "y": y + down,
            "button": "left" if buttons else "none",
            "buttons": buttons,
        }
        driver.execute_cdp_cmd("Input.dispatchMouseEvent", {**event, "clickCount": 1})

    mouse("mouseMoved", buttons=0)
    # What lies under the pointer is known some frames later.
    time.sleep(1.5)
    mouse("mousePressed")
    mouse("mouseMoved", 5, 5)
    driver.execute_script("window.drawnAt.length = 0")
    processes = [*_family(driver.service.process.pid)]
    began, worked, step = time.monotonic(), sum(map(_worked, processes)), 0
    while time.monotonic() - began < seconds:
        step += 1
        mouse("mouseMoved", 100 * _wave(step), 80 * _wave(step + 25))
    worked = sum(map(_worked, processes)) - worked
    drawn = driver.execute_script("return window.drawnAt")
    mouse("mouseReleased")
    pauses = sorted(later - earlier for earlier, later in pairwise(drawn))
    slow = pauses[-max(1, len(pauses) // 20)]
    rate = 1000 / statistics.median(pauses)
    return f"{len(drawn)} | {rate:.1f} | {slow:.0f} | {1000 * worked / len(drawn):.0f}"


def _wave(step: int) -> float:
    """Between -1 and 1, there and back in a hundred steps."""
    return abs(step % 100 - 50) / 25 - 1


def _family(process: int) -> Iterator[int]:
    """A process and all that it started."""
    yield process
    for thread in Path(f"/proc/{process}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from _family(int(child))


def _worked(process: int) -> float:
    """Seconds of processor time of a process."""
    # Linux tells them behind the program's name, which may hold anything.
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
