import { getHeight, getTargets, WIDTH } from "./script_arrows";

const COLUMN_GAP = 64;
const ROW_GAP = 72;
const LANE_GAP = 140;
const SWEEPS = 6;

/** Whether the cards have places of their own: a script that was never drawn has them all in one. */
export function isArranged(graph) {
    return new Set(graph.nodes.map((node) => `${node.x}/${node.y}`)).size === graph.nodes.length;
}

/**
 * Returns the graph with places for all cards: the conversation from top to bottom, objections with what follows them in
 * a lane at the right, what nothing leads to below. The same graph always gets the same places.
 */
export function arrange(graph) {
    const nodes = Object.fromEntries(graph.nodes.map((node) => [node.key, node]));
    const free = new Set(graph.nodes.map((node) => node.key));
    const objections = graph.nodes.filter((node) => node.is_objection).map((node) => node.key);
    objections.forEach((key) => free.delete(key));
    const places = {};
    const main = graph.start && free.has(graph.start) ? placePart(graph.start, nodes, free, places, 0, 0) : EMPTY;
    let bottom = 0;
    for (const key of objections) {
        free.add(key);
        bottom = placePart(key, nodes, free, places, main.right + LANE_GAP, bottom).bottom + ROW_GAP;
    }
    bottom = Math.max(bottom, main.bottom + ROW_GAP);
    for (const { key } of graph.nodes) {
        if (free.has(key)) {
            bottom = placePart(key, nodes, free, places, 0, bottom).bottom + ROW_GAP;
        }
    }
    return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, ...places[node.key] })) };
}

const EMPTY = { right: -LANE_GAP, bottom: -ROW_GAP };

/** Gives places to everything that can be reached from a root and has none yet; returns where they end. */
function placePart(root, nodes, free, places, left, top) {
    const keys = reach(root, nodes, free);
    keys.forEach((key) => free.delete(key));
    const ways = findWays(root, nodes, new Set(keys));
    const rows = sortRows(makeRows(keys, ways), ways);
    const columns = placeColumns(rows, ways);
    const least = Math.min(...keys.map((key) => columns[key]));
    let y = top;
    for (const row of rows) {
        const cards = row.filter((key) => nodes[key]);
        cards.forEach((key) => (places[key] = { x: Math.round(left + columns[key] - least), y }));
        y += Math.max(...cards.map((key) => getHeight(nodes[key]))) + ROW_GAP;
    }
    return { right: Math.max(...keys.map((key) => places[key].x)) + WIDTH, bottom: y - ROW_GAP };
}

function reach(root, nodes, free) {
    const keys = [root];
    for (const key of keys) {
        keys.push(...getTargets(nodes[key]).filter((target) => free.has(target) && !keys.includes(target)));
    }
    // a target that two answers share was found twice
    return [...new Set(keys)];
}

/** Returns {key: targets} without the ways that lead back to where the conversation has been. */
function findWays(root, nodes, keys) {
    const ways = {};
    const open = new Set();
    const visit = (key) => {
        open.add(key);
        ways[key] = [];
        for (const target of new Set(getTargets(nodes[key]))) {
            if (keys.has(target) && !open.has(target)) {
                ways[key].push(target);
                if (!ways[target]) {
                    visit(target);
                }
            }
        }
        open.delete(key);
    };
    visit(root);
    return ways;
}

/** Puts each card below all that lead to it. A way that passes rows leaves room there: a bend with a name of its own. */
function makeRows(keys, ways) {
    const depths = {};
    const sink = (key, depth) => {
        if (!(depths[key] >= depth)) {
            depths[key] = depth;
            ways[key].forEach((target) => sink(target, depth + 1));
        }
    };
    sink(keys[0], 0);
    const rows = Array.from({ length: Math.max(...Object.values(depths)) + 1 }, () => []);
    keys.forEach((key) => rows[depths[key]].push(key));
    for (const key of keys) {
        ways[key] = ways[key].map((target) => addBends(key, target, depths, rows, ways));
    }
    return rows;
}

function addBends(key, target, depths, rows, ways) {
    let below = target;
    for (let depth = depths[target] - 1; depth > depths[key]; depth--) {
        const bend = `bend ${key} ${target} ${depth}`;
        rows[depth].push(bend);
        ways[bend] = [below];
        below = bend;
    }
    return below;
}

/** Sorts each row by the middle of what it hangs on, so that ways cross seldom. */
function sortRows(rows, ways) {
    const above = getAbove(ways);
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
        const isDown = sweep % 2 === 0;
        const order = isDown ? rows.keys() : [...rows.keys()].reverse();
        for (const index of order) {
            const next = rows[index + (isDown ? -1 : 1)] || [];
            const links = isDown ? above : ways;
            const ranks = Object.fromEntries(
                rows[index].map((key, rank) => [key, getMiddle(links[key] || [], next, rank)]),
            );
            rows[index].sort((a, b) => ranks[a] - ranks[b]);
        }
    }
    return rows;
}

function getAbove(ways) {
    const above = {};
    for (const [key, targets] of Object.entries(ways)) {
        targets.forEach((target) => (above[target] ||= []).push(key));
    }
    return above;
}

function getMiddle(keys, row, rank) {
    // where one source leads to several, the order of its answers decides
    const found = keys.map((key) => row.indexOf(key)).filter((index) => index >= 0);
    return found.length ? found.reduce((sum, index) => sum + index, 0) / found.length + rank / 1000 : rank;
}

/** Returns {key: left edge}: each card under the middle of what leads to it, as far as its neighbours let it. */
function placeColumns(rows, ways) {
    const above = getAbove(ways);
    const columns = {};
    for (const row of rows) {
        const wanted = row.map((key) => getWanted(key, above[key] || [], ways, columns));
        let edge = -Infinity;
        row.forEach((key, index) => {
            columns[key] = Math.max(wanted[index], edge);
            edge = columns[key] + getWidth(key) + COLUMN_GAP;
        });
        // pushed to the right by neighbours: the whole row goes half the way back
        const shift = row.reduce((sum, key, index) => sum + columns[key] - wanted[index], 0) / row.length;
        row.forEach((key) => (columns[key] -= shift));
    }
    return columns;
}

function getWanted(key, sources, ways, columns) {
    const middles = sources.map((source) => {
        const targets = ways[source];
        const offset = targets.indexOf(key) - (targets.length - 1) / 2;
        return columns[source] + getWidth(source) / 2 + offset * (WIDTH + COLUMN_GAP);
    });
    const middle = middles.length ? middles.reduce((sum, one) => sum + one, 0) / middles.length : 0;
    return middle - getWidth(key) / 2;
}

const getWidth = (key) => (key.startsWith("bend ") ? 0 : WIDTH);
