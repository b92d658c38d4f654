import { getBox, getTargets, WIDTH } from "./script_arrows";

const GAP = 56;
const DIRECTIONS = { arrowup: [0, -1], arrowdown: [0, 1], arrowleft: [-1, 0], arrowright: [1, 0] };

/** Returns the key of the next card in the direction of an arrow key, the first one if none is chosen. */
export function findNeighbour(graph, key, arrow) {
    const from = graph.nodes.find((node) => node.key === key);
    if (!from) {
        return graph.start || graph.nodes[0]?.key;
    }
    const [right, down] = DIRECTIONS[arrow];
    let best = { score: Infinity };
    for (const node of graph.nodes) {
        const [dx, dy] = [node.x - from.x, node.y - from.y];
        const ahead = dx * right + dy * down;
        // what lies aside counts double: the way is straight on
        const score = ahead + 2 * Math.abs(dx * down + dy * right);
        if (ahead > 0 && score < best.score) {
            best = { score, key: node.key };
        }
    }
    return best.key;
}

/** Returns the nearest free place for a new card at or to the right of ``x``, below ``top``. */
export function findRoom(graph, x, top) {
    const place = { x, y: top + GAP };
    const isTaken = (box) =>
        place.x < box.right + GAP / 2 && place.x + WIDTH + GAP / 2 > box.left && Math.abs(place.y - box.top) < 140;
    const boxes = graph.nodes.map(getBox);
    while (boxes.some(isTaken)) {
        place.x += WIDTH + GAP;
    }
    return place;
}

/** Returns the keys from which a way that leads nowhere leads back: objections, and what is reached from them alone. */
export function findReturning(graph) {
    const objections = graph.nodes.filter((node) => node.is_objection).map((node) => node.key);
    const main = reach(graph, [graph.start]);
    const returning = [...reach(graph, objections)].filter((key) => !main.has(key));
    return new Set([...objections, ...returning]);
}

function reach(graph, starts) {
    const nodes = Object.fromEntries(graph.nodes.map((node) => [node.key, node]));
    const found = new Set();
    const visit = (key) => {
        if (nodes[key] && !found.has(key)) {
            found.add(key);
            getTargets(nodes[key]).forEach(visit);
        }
    };
    starts.forEach(visit);
    return found;
}

/** Returns the nodes in the order of the conversation, then objections with what follows, then the rest. */
export function sortByFlow(graph) {
    const nodes = Object.fromEntries(graph.nodes.map((node) => [node.key, node]));
    const objections = graph.nodes.filter((node) => node.is_objection).map((node) => node.key);
    return [...reach(graph, [graph.start, ...objections, ...Object.keys(nodes)])].map((key) => nodes[key]);
}

/** Lets the user keep a graph as a file, whatever becomes of the draft. */
export function downloadGraph(graph) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(graph, null, 2)], { type: "application/json" }));
    link.download = `${graph.name}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
}
