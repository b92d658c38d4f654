import { FileModelMixin } from "@web/core/file_viewer/file_model";

const MIMETYPES = {
    bmp: "image/bmp",
    gif: "image/gif",
    jpeg: "image/jpeg",
    jpg: "image/jpeg",
    mp4: "video/mp4",
    pdf: "application/pdf",
    png: "image/png",
    txt: "text/plain",
    webp: "image/webp",
};

/** One version of the file of a document, as Odoo's file viewer wants it. */
export class DocumentFile extends FileModelMixin(Object) {
    /** @param {{resId: number, data: Object}} record of `crm.document.file` */
    constructor({ resId, data }) {
        super();
        this.id = resId;
        this.name = data.filename;
        this.extension = data.filename.includes(".") ? data.filename.split(".").pop().toLowerCase() : "";
        this.mimetype = MIMETYPES[this.extension] || "application/octet-stream";
    }

    get urlRoute() {
        const kind = this.isImage ? "image" : "content";
        return `/web/${kind}/crm.document.file/${this.id}/content`;
    }
}
