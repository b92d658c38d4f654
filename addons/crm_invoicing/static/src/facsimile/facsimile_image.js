/**
 * The picture of a facsimile while it is being cut out, without any component: the same steps as on the server, in
 * `tools/facsimile_scan.py`, which makes the final picture of the file and these parameters.
 *
 * A crop is {left, top, right, bottom}, from 0 to 1 of the turned picture.
 */

export const DEFAULT_THRESHOLD = 200;
export const RAMP = 40;
const FAINT = 32;

// A crop is never narrower than this part of the picture
const LEAST = 0.02;

export const WHOLE = Object.freeze({ left: 0, top: 0, right: 1, bottom: 1 });

const within = (value, least, most) => Math.min(Math.max(value, least), most);

/** Shift a crop, which keeps its size and stays inside the picture. */
export function moveCrop(crop, dx, dy) {
    const x = within(dx, -crop.left, 1 - crop.right);
    const y = within(dy, -crop.top, 1 - crop.bottom);
    return { left: crop.left + x, top: crop.top + y, right: crop.right + x, bottom: crop.bottom + y };
}

/**
 * Shift the edges of a crop that a handle holds.
 *
 * @param {string} handle letters of the edges: n, s, e, w, or two of them for a corner
 */
export function resizeCrop(crop, handle, dx, dy) {
    const result = { ...crop };
    if (handle.includes("w")) {
        result.left = within(crop.left + dx, 0, crop.right - LEAST);
    }
    if (handle.includes("e")) {
        result.right = within(crop.right + dx, crop.left + LEAST, 1);
    }
    if (handle.includes("n")) {
        result.top = within(crop.top + dy, 0, crop.bottom - LEAST);
    }
    if (handle.includes("s")) {
        result.bottom = within(crop.bottom + dy, crop.top + LEAST, 1);
    }
    return result;
}

/** Return the crop of the same part of the picture after it was turned by 90 degrees clockwise. */
export function turnCrop({ left, top, right, bottom }) {
    return { left: 1 - bottom, top: left, right: 1 - top, bottom: right };
}

export function getLuminance(red, green, blue) {
    return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
}

/** Return how dense a point is, from 0 for paper to 255 for ink. */
export function getAlpha(luminance, threshold) {
    return within(Math.round(((threshold - luminance) * 255) / RAMP), 0, 255);
}

/** Make the paper of an ImageData transparent, in place. */
export function makeTransparent({ data }, threshold) {
    for (let place = 0; place < data.length; place += 4) {
        data[place + 3] = getAlpha(getLuminance(data[place], data[place + 1], data[place + 2]), threshold);
    }
}

/** Return the box around the ink of an ImageData in points, or null if all of it is paper. */
export function findInk({ data, width, height }) {
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            if (data[4 * (y * width + x) + 3] >= FAINT) {
                left = Math.min(left, x);
                right = Math.max(right, x);
                top = Math.min(top, y);
                bottom = y;
            }
        }
    }
    return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Propose the luminance that parts paper from ink best: the one with the greatest variance between the two parts
 * (Otsu 1979), and the whole fading edge of the ink above it.
 */
export function proposeThreshold({ data }) {
    const counts = new Array(256).fill(0);
    for (let place = 0; place < data.length; place += 4) {
        counts[getLuminance(data[place], data[place + 1], data[place + 2])]++;
    }
    const total = data.length / 4;
    const sum = counts.reduce((result, count, luminance) => result + count * luminance, 0);
    let [best, bestVariance, inkCount, inkSum] = [0, 0, 0, 0];
    for (let luminance = 0; luminance < 255; luminance++) {
        inkCount += counts[luminance];
        inkSum += counts[luminance] * luminance;
        const paperCount = total - inkCount;
        if (inkCount && paperCount) {
            const distance = inkSum / inkCount - (sum - inkSum) / paperCount;
            const variance = inkCount * paperCount * distance * distance;
            if (variance > bestVariance) {
                [best, bestVariance] = [luminance, variance];
            }
        }
    }
    return bestVariance ? within(best + RAMP, 1, 255) : DEFAULT_THRESHOLD;
}

/**
 * Draw a picture turned onto a canvas, no larger than `side` points.
 *
 * @param {CanvasImageSource} source with width and height
 * @param {number} turn degrees clockwise
 */
export function drawTurned(canvas, source, turn, side) {
    const scale = Math.min(1, side / Math.max(source.width, source.height));
    const [width, height] = [Math.round(source.width * scale), Math.round(source.height * scale)];
    [canvas.width, canvas.height] = turn % 180 ? [height, width] : [width, height];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    // what is transparent in the file lies on white paper, as on the server
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.translate(canvas.width / 2, canvas.height / 2);
    context.rotate((turn * Math.PI) / 180);
    context.drawImage(source, -width / 2, -height / 2, width, height);
    context.resetTransform();
}

/** Return the part of a canvas that a crop takes as ImageData. */
export function readCrop(canvas, crop) {
    const left = Math.round(crop.left * canvas.width);
    const top = Math.round(crop.top * canvas.height);
    const width = Math.max(1, Math.round(crop.right * canvas.width) - left);
    const height = Math.max(1, Math.round(crop.bottom * canvas.height) - top);
    return canvas.getContext("2d", { willReadFrequently: true }).getImageData(left, top, width, height);
}
