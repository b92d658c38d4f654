/** Sizes of a card in pixels, as call_builder.scss has them: arrows begin and end where cards are drawn. */
export const WIDTH = 240;
const HEAD = 34;
const TEXT = 48;
export const ROW = 28;
const EXIT = 14;
const ENTRY = 22;
const MARGIN = 12;
const RADIUS = 8;
/** Arrows that leave one card lie this far apart. */
const STAGGER = 5;

const getRowCount = (node) => (node.kind === "question" ? Math.max(node.answers.length, 1) : 1);

export function getHeight(node) {
    return HEAD + TEXT + ROW * getRowCount(node) + 2;
}

/** Returns the keys of the nodes that a node leads to, in the order of its answers. */
export function getTargets(node) {
    if (node.kind === "end") {
        return [];
    }
    const ends = node.kind === "question" ? node.answers : [node];
    return ends.map((one) => one.next_id).filter(Boolean);
}

export function getBox(node) {
    return { left: node.x, right: node.x + WIDTH, top: node.y, bottom: node.y + getHeight(node) };
}

/** Returns where an arrow leaves a card: at the side where its target is. */
export function getExit(node, index, toX) {
    const isLeft = toX < node.x + WIDTH / 2 - 1;
    return {
        x: isLeft ? node.x : node.x + WIDTH,
        y: node.y + HEAD + TEXT + ROW * (index + 0.5) + 1,
        side: isLeft ? -1 : 1,
    };
}

const crosses = (x, from, to, box) =>
    x > box.left - MARGIN && x < box.right + MARGIN && to > box.top - 1 && from < box.bottom + 1;

/** Returns the free place nearest to ``x`` for a line straight down between two heights. */
function findChannel(x, from, to, boxes) {
    const [top, bottom] = from < to ? [from, to] : [to, from];
    const isFree = (place) => !boxes.some((box) => crosses(place, top, bottom, box));
    const places = [x, ...boxes.flatMap((box) => [box.left - MARGIN - 4, box.right + MARGIN + 4])];
    const free = places.filter(isFree).sort((a, b) => Math.abs(a - x) - Math.abs(b - x));
    return free.length ? free[0] : x;
}

/** Returns the corners of an arrow from the port with this index to a card, around the other cards. */
export function route(node, index, target, boxes) {
    const end = { x: target.x + WIDTH / 2, y: target.y };
    const exit = getExit(node, index, end.x);
    const turn = exit.x + exit.side * (EXIT + STAGGER * index);
    const last = end.y - ENTRY + STAGGER * (index % 3);
    const way = [exit, { x: turn, y: exit.y }];
    if (findChannel(turn, exit.y, last, boxes) !== turn) {
        // not straight down: under the cards of this row first, then where there is room
        const beside = boxes.filter((box) => box.top < exit.y && box.bottom > exit.y);
        const under = Math.max(...beside.map((box) => box.bottom)) + ENTRY - STAGGER * (index % 3);
        const channel = findChannel((turn + end.x) / 2, under, last, boxes);
        way.push({ x: turn, y: under }, { x: channel, y: under }, { x: channel, y: last });
    } else {
        way.push({ x: turn, y: last });
    }
    return [...way, { x: end.x, y: last }, end];
}

/** Returns the path of an SVG through corners, which are rounded. */
export function toPath(points) {
    const parts = [`M${points[0].x} ${points[0].y}`];
    for (let index = 1; index < points.length - 1; index++) {
        const [before, corner, after] = points.slice(index - 1, index + 2);
        const [near, far] = [towards(corner, before), towards(corner, after)];
        parts.push(`L${near.x} ${near.y}Q${corner.x} ${corner.y} ${far.x} ${far.y}`);
    }
    const end = points.at(-1);
    return `${parts.join("")}L${end.x} ${end.y}`;
}

/** Returns the point at which the round of a corner begins: at most half the way to the next one. */
function towards(corner, other) {
    const [dx, dy] = [other.x - corner.x, other.y - corner.y];
    const length = Math.hypot(dx, dy);
    const part = length ? Math.min(RADIUS, length / 2) / length : 0;
    return { x: corner.x + dx * part, y: corner.y + dy * part };
}
