import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { groupBy } from "@web/core/utils/arrays";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, markRaw, onMounted, onWillStart, onWillUnmount, useExternalListener, useState } from "@odoo/owl";

import { BuilderPicture } from "./builder_picture";
import { getKindIcon, getKindName, getSavingText, getTitle } from "./builder_words";
import { NodePanel } from "./node_panel";
import { PublishDialog } from "./publish_dialog";
import { getBox } from "./script_arrows";
import { downloadGraph, findNeighbour, findRoom, sortByFlow } from "./script_places";
import { ScriptModel, toKeyed } from "./script_model";
import { ScriptSaver } from "./script_saver";
import { TestRunDialog } from "./test_run_dialog";

const VERSION = "crm.call.script.version";
const AUTHOR = "crm_call_scripts.crm_call_scripts_group_author";
/** A key that a control understands itself is left to it. */
const isFree = (target) => !target?.closest?.("input, textarea, select, button, a");

/** A version of a script as a picture: drawn and saved while it is a draft, looked at afterwards. */
export class CallBuilder extends Component {
    static template = "crm_call_scripts.CallBuilder";
    static components = { BuilderPicture, Layout, NodePanel };
    static props = { ...standardActionServiceProps };

    setup() {
        Object.assign(this, { getKindIcon, getKindName, getTitle });
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.versionId = this.findVersionId();
        this.state = useState({
            data: null,
            graph: null,
            problems: [],
            selectedKey: false,
            isPanelOpen: false,
            areProblemsOpen: false,
            saving: "saved",
            message: "",
        });
        this.saver = new ScriptSaver({
            save: () => this.save(),
            isConflict: () => this.isConflict(),
            onState: (saving, message) => Object.assign(this.state, { saving, message }),
        });
        onWillStart(() => this.versionId && this.load());
        onMounted(() => this.props.updateActionState?.({ resId: this.versionId }));
        onWillUnmount(() => this.saver.stop());
        useExternalListener(window, "online", () => this.saver.flush());
        useSetupAction({ beforeLeave: () => this.beforeLeave(), beforeUnload: (ev) => this.beforeUnload(ev) });
        this.setupKeys();
    }

    /** From the button, or from an address: /call-builder/5. */
    findVersionId() {
        return Number(this.props.action.params?.version_id || this.props.resId) || false;
    }

    setupKeys() {
        const always = { bypassEditableProtection: true };
        useHotkey("control+z", () => this.model?.undo(), always);
        useHotkey("control+y", () => this.model?.redo(), always);
        useHotkey("control+shift+z", () => this.model?.redo(), always);
        useHotkey("control+s", () => this.saver.flush(), always);
        useHotkey("escape", () => this.closePanel(), always);
        const free = { isAvailable: isFree };
        for (const key of ["arrowup", "arrowdown", "arrowleft", "arrowright"]) {
            useHotkey(key, () => this.walk(key), { ...free, allowRepeat: true });
        }
        useHotkey("enter", () => this.node && this.open(this.node.key), free);
        useHotkey("delete", () => this.remove(), free);
    }

    // ------------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------------

    get data() {
        return this.state.data;
    }

    get isReadonly() {
        return !this.data.can_edit;
    }

    get node() {
        return this.state.graph?.nodes.find((node) => node.key === this.state.selectedKey);
    }

    get outline() {
        return sortByFlow(this.state.graph);
    }

    get outcomes() {
        return Object.fromEntries(this.data.outcomes.map((outcome) => [outcome.id, outcome]));
    }

    get values() {
        return Object.fromEntries(this.data.placeholders.map(({ name, example }) => [name, example]));
    }

    get problemsByKey() {
        return groupBy(this.state.problems, "node_key");
    }

    get errors() {
        return this.state.problems.filter((problem) => problem.level === "error");
    }

    get savingText() {
        return getSavingText(this.state.saving);
    }

    get stateText() {
        return this.data.state === "published"
            ? _t("This version is in use: it does not change any more.")
            : _t("This is a former version: it does not change any more.");
    }

    // ------------------------------------------------------------------------
    // Server
    // ------------------------------------------------------------------------

    async load() {
        const [data, isAuthor] = await Promise.all([
            this.orm.call(VERSION, "load_graph", [[this.versionId]]),
            user.hasGroup(AUTHOR),
        ]);
        this.isAuthor = isAuthor;
        this.revision = data.revision;
        this.model = new ScriptModel(toKeyed(data.graph), () => this.onChange());
        Object.assign(this.state, { data: markRaw(data), graph: markRaw(this.model.graph), problems: data.problems });
        this.env.config.setDisplayName?.(data.graph.name);
    }

    onChange() {
        this.state.graph = markRaw(this.model.graph);
        this.saver.touch();
    }

    async save() {
        const { start, nodes } = this.model.graph;
        const answer = await this.orm.silent.call(VERSION, "save_graph", [
            [this.versionId],
            this.revision,
            { start, nodes },
        ]);
        this.revision = answer.revision;
        this.state.problems = answer.problems;
    }

    async readVersion() {
        const [version] = await this.orm.silent.read(VERSION, [this.versionId], ["revision", "state"]);
        return version;
    }

    async isConflict() {
        const version = await this.readVersion();
        return !version || version.revision !== this.revision || version.state !== "draft";
    }

    async loadNewer() {
        this.download();
        await this.load();
        this.saver.show("saved");
    }

    download() {
        downloadGraph(this.model.graph);
    }

    async beforeLeave() {
        if (await this.saver.flush()) {
            return true;
        }
        return new Promise((resolve) => {
            this.dialog.add(
                ConfirmationDialog,
                {
                    body: _t("Your last changes could not be saved. They are lost if you leave."),
                    confirmLabel: _t("Leave without saving"),
                    confirm: () => resolve(true),
                    cancel: () => resolve(false),
                },
                { onClose: () => resolve(false) },
            );
        });
    }

    beforeUnload(ev) {
        if (!this.saver.isSaved) {
            this.saver.flush();
            ev.preventDefault();
        }
    }

    // ------------------------------------------------------------------------
    // Buttons
    // ------------------------------------------------------------------------

    async edit() {
        const action = await this.orm.call("crm.call.script", "action_edit", [[this.data.script.id]]);
        await this.action.doAction(action, { stackPosition: "replaceCurrentAction" });
    }

    async publish() {
        if (!(await this.saver.flush())) {
            return;
        }
        if (this.errors.length) {
            this.state.areProblemsOpen = true;
            this.notification.add(_t("The script cannot be published yet: see the problems."), { type: "warning" });
            return;
        }
        this.dialog.add(PublishDialog, {
            warnings: this.state.problems.length,
            publish: (note) => this.doPublish(note),
        });
    }

    async doPublish(note) {
        try {
            if (note) {
                await this.orm.write(VERSION, [this.versionId], { note });
            }
            await this.orm.call(VERSION, "action_publish", [[this.versionId]]);
            this.notification.add(_t("The script is published."), { type: "success" });
        } finally {
            // the note counts as a change, too
            await this.load();
        }
    }

    test(from = false) {
        const { graph } = this.model;
        this.dialog.add(TestRunDialog, { graph, values: this.values, outcomes: this.outcomes, from });
    }

    // ------------------------------------------------------------------------
    // Editing
    // ------------------------------------------------------------------------

    select(key) {
        this.state.selectedKey = key;
        this.state.isPanelOpen = this.state.isPanelOpen && Boolean(key);
    }

    open(key) {
        Object.assign(this.state, { selectedKey: key, isPanelOpen: true });
    }

    closePanel() {
        this.state.isPanelOpen = false;
    }

    walk(arrow) {
        const key = findNeighbour(this.state.graph, this.state.selectedKey, arrow);
        this.select(key || this.state.selectedKey);
    }

    /** Adds a node, below the one whose port leads to it if there is one. */
    add(port = false, kind = "question") {
        const near = port && this.model.find(port.nodeKey);
        const top = near ? getBox(near).bottom : 0;
        this.open(this.model.addNode(kind, findRoom(this.model.graph, near ? near.x : 0, top), port));
    }

    duplicate() {
        this.open(this.model.duplicateNode(this.node.key));
    }

    remove() {
        const { node } = this;
        if (!node || this.isReadonly) {
            return;
        }
        const sources = this.model.findSources(node.key).map((one) => `“${getTitle(one)}”`);
        if (!sources.length) {
            this.doRemove(node.key);
            return;
        }
        this.dialog.add(ConfirmationDialog, {
            title: _t("Delete “%s”?", getTitle(node)),
            body: _t("What leads to it leads nowhere then: %s. Ctrl+Z brings it back.", sources.join(", ")),
            confirmLabel: _t("Delete"),
            confirm: () => this.doRemove(node.key),
            cancel: () => {},
        });
    }

    doRemove(key) {
        this.model.removeNode(key);
        this.select(false);
    }
}

registry.category("actions").add("crm_call_builder", CallBuilder);
