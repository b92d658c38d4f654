/** Where the bars of the sales pyramid begin and end, in the units of the drawing of one row. */

export const WIDTH = 1000;
export const HEIGHT = 60;
// a bar that is so many times wider than the second widest is drawn cut
const CUT_FROM = 4;
// what the second widest bar takes then, so that the cut one is still seen to be the widest
const SECOND_SHARE = 0.55;
// how much a bar narrows to its top, on each side
const BEVEL = 14;
// a row with a single deal is seen, too
const MINIMUM = 4;
const BREAK = { at: [0.2, 0.8], width: 12, teeth: 4, depth: 10 };

/**
 * @param {number[]} values of the rows, in any order
 * @returns {{unit: number, cut: number|false}} the value that is as wide as the drawing, and the one that is drawn cut
 */
export function getScale(values) {
    const [widest = 0, second = 0] = [...values].sort((a, b) => b - a);
    const isCut = second > 0 && widest > CUT_FROM * second;
    return { unit: isCut ? second / SECOND_SHARE : widest, cut: isCut && widest };
}

/**
 * @param {number} value of a row
 * @param {Object} scale of `getScale`
 * @returns {number} half of the width of its bar
 */
export function getHalf(value, scale) {
    if (value <= 0) {
        return 0;
    }
    const share = value === scale.cut ? 1 : value / scale.unit;
    return Math.max((share * WIDTH) / 2, MINIMUM);
}

/**
 * A bar is a trapezoid: as wide as its value at the bottom, and narrowing towards the bar above it.
 *
 * @param {number} half of the width at the bottom
 * @param {number} above half of the width of the bar above
 * @param {number} [share] of the bar that is drawn, in its middle
 * @returns {string} points of the polygon
 */
export function getBarPoints(half, above, share = 1) {
    const top = Math.max(half - BEVEL, Math.min(half, above), half / 2);
    return toPoints([
        [-half * share, HEIGHT],
        [-top * share, 0],
        [top * share, 0],
        [half * share, HEIGHT],
    ]);
}

/** @returns {string[]} points of the two toothed gaps of a bar that is drawn cut */
export function getBreakPoints() {
    return BREAK.at.map((at) => {
        const left = [];
        for (let tooth = 0; tooth <= BREAK.teeth; tooth++) {
            const x = (at - 0.5) * WIDTH + (tooth % 2 ? BREAK.depth : 0);
            left.push([x, (HEIGHT * tooth) / BREAK.teeth]);
        }
        const right = left.map(([x, y]) => [x + BREAK.width, y]).reverse();
        return toPoints([...left, ...right]);
    });
}

/** The middle of a bar is the middle of the drawing. */
function toPoints(corners) {
    return corners.map(([x, y]) => `${round(WIDTH / 2 + x)},${round(y)}`).join(" ");
}

function round(number) {
    return Math.round(number * 10) / 10;
}
