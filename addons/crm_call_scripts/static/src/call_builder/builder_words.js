import { _t } from "@web/core/l10n/translation";

/** Kinds of nodes in the order in which they are offered. */
export const KINDS = ["say", "question", "text", "number", "date", "choice", "end"];

const ICONS = {
    say: "fa-comment-o",
    question: "fa-question-circle-o",
    text: "fa-pencil",
    number: "fa-calculator",
    date: "fa-calendar",
    choice: "fa-check-square-o",
    end: "fa-flag-checkered",
};
const OUTCOME_CLASSES = {
    success: "text-bg-success",
    later: "text-bg-warning",
    refusal: "text-bg-danger",
    no_answer: "text-bg-secondary",
};

export const getKindIcon = (kind) => `fa fa-fw ${ICONS[kind]}`;
export const getOutcomeClass = (outcome) => (outcome ? OUTCOME_CLASSES[outcome.kind] : "text-bg-light");

export function getKindName(kind) {
    const names = {
        say: _t("Text to say"),
        question: _t("Question with answers"),
        text: _t("Free text"),
        number: _t("Number"),
        date: _t("Date"),
        choice: _t("Choice of several"),
        end: _t("End"),
    };
    return names[kind];
}

export const getTitle = (node) => node.name || _t("Without a title");

/** Returns what it means that a port leads nowhere. */
export const getNowhere = (isReturning) => (isReturning ? _t("Back to the conversation") : _t("Leads nowhere yet"));

export function getSavingText(state) {
    const texts = {
        saved: _t("Saved"),
        waiting: _t("Not saved yet"),
        saving: _t("Saving…"),
        offline: _t("No connection: saving is tried again"),
        refused: _t("Not saved"),
        conflict: _t("Not saved: changed by somebody else"),
    };
    return texts[state];
}
