const NAMES = new Set(["client", "contact", "manager", "deal", "product", "company"]);
const PATTERN = /\{(\w+)(?:\|([^{}]*))?\}/g;

/**
 * Replaces the placeholders of a text as `tools/placeholders.py` does: an unknown name stays, nothing is evaluated.
 *
 * @param {string} text as "Good day, this is {manager}."
 * @param {Object} values text by name
 */
export function fill(text, values) {
    return text.replace(PATTERN, (found, name, fallback) =>
        NAMES.has(name) ? values[name] || fallback || "…" : found,
    );
}
