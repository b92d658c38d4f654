import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { checkFileSize } from "@web/core/utils/files";
import { useService } from "@web/core/utils/hooks";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, useRef, useState } from "@odoo/owl";

import { DocumentFile } from "./document_file";

/**
 * The versions of a document's file, the newest first. They are added by a button or by dropping files here, at once
 * and for good: nobody overwrites a version.
 */
export class DocumentFilesField extends Component {
    static template = "crm_documents.DocumentFilesField";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.fileViewer = useFileViewer();
        this.input = useRef("input");
        this.root = useRef("root");
        this.state = useState({ comment: "", uploading: 0 });
        useDropzone(
            this.root,
            (ev) => this.add([...ev.dataTransfer.files]),
            "o_document_dropzone",
            () => this.canAdd,
        );
    }

    get canAdd() {
        return !this.props.readonly && !this.state.uploading;
    }

    get list() {
        return this.props.record.data[this.props.name];
    }

    get versions() {
        return this.list.records.map((record, index) => ({
            id: record.resId,
            number: record.data.number,
            comment: record.data.comment,
            user: record.data.user_id?.display_name,
            date: record.data.date && formatDateTime(record.data.date),
            isNewest: index === 0,
            file: new DocumentFile(record),
        }));
    }

    preview(file) {
        const others = this.versions.map((version) => version.file);
        this.fileViewer.open(
            file,
            others.map((other) => (other.id === file.id ? file : other)),
        );
    }

    // ------------------------------------------------------------------------
    // New versions
    // ------------------------------------------------------------------------

    async onInputChange() {
        const files = [...this.input.el.files];
        await this.add(files);
        this.input.el.value = null;
    }

    /** Adds the files as versions, one after another so that their numbers follow the order of the choice. */
    async add(files) {
        const fitting = files.filter((file) => checkFileSize(file.size, this.notification));
        if (!fitting.length || !(await this.props.record.save())) {
            return;
        }
        this.state.uploading = fitting.length;
        try {
            for (const file of fitting) {
                await this.addOne(file);
                this.state.uploading--;
            }
            this.state.comment = "";
        } finally {
            this.state.uploading = 0;
            await this.props.record.model.root.load();
        }
    }

    async addOne(file) {
        const [, content] = (await getDataURLFromFile(file)).split(",");
        await this.orm.create("crm.document.file", [
            {
                document_id: this.props.record.resId,
                filename: file.name,
                content,
                comment: this.state.comment.trim() || false,
            },
        ]);
    }
}

export const documentFilesField = {
    component: DocumentFilesField,
    displayName: _t("Versions of a File"),
    supportedTypes: ["one2many"],
    relatedFields: [
        { name: "number", type: "integer" },
        { name: "filename", type: "char" },
        { name: "comment", type: "char" },
        { name: "user_id", type: "many2one", relation: "res.users" },
        { name: "date", type: "datetime" },
    ],
};

registry.category("fields").add("document_files", documentFilesField);
