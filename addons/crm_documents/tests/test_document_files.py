import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import DocumentCast, DocumentCommon

CONTENT = base64.b64encode(b"one")


@tagged("post_install", "-at_install")
class TestDocumentFiles(DocumentCommon):
    """Versions of a file are added and kept."""

    def _add(self, document, filename="contract.pdf", content=CONTENT, **vals):
        return (
            self.env["crm.document.file"]
            .with_user(self.olena)
            .create({"document_id": document.id, "filename": filename, "content": content, **vals})
        )

    def test_versions_are_numbered_and_kept(self):
        document = self._create_document(self.type_contract)
        first = self._add(document)
        second = self._add(document, content=base64.b64encode(b"two"), number=1, user_id=self.head.id)
        self.assertEqual((first | second).mapped("number"), [1, 2])
        self.assertEqual(second.user_id, self.olena)
        document.invalidate_recordset(["file_ids"])
        self.assertEqual(document.file_ids, second | first)
        self.assertEqual(base64.b64decode(first.content), b"one")
        self.assertEqual(document.file_count, 2)
        self.assertEqual(self._events(document).mapped("event"), ["created", "file", "file"])

    def test_each_document_counts_for_itself(self):
        documents = [self._create_document(self.type_contract) for _ in range(2)]
        files = (
            self.env["crm.document.file"]
            .with_user(self.olena)
            .create(
                [
                    {"document_id": document.id, "filename": "a.pdf", "content": CONTENT}
                    for document in (documents[0], documents[1], documents[0])
                ]
            )
        )
        self.assertEqual(files.mapped("number"), [1, 1, 2])

    def test_nobody_overwrites_or_deletes(self):
        file = self._add(self._create_document(self.type_contract))
        for user in (self.olena, self.head):
            with self.assertRaises(AccessError):
                file.with_user(user).content = base64.b64encode(b"forged")
            with self.assertRaises(AccessError):
                file.with_user(user).unlink()

    def test_an_empty_file_is_refused(self):
        with self.assertRaisesRegex(UserError, "empty"):
            self._add(self._create_document(self.type_contract), content=False)

    def test_foreign_documents_get_no_file(self):
        document = self._create_document(self.type_contract, self.taras, partner_id=self.karpaty.id)
        with self.assertRaises(AccessError):
            self._add(document)

    def test_a_deleted_draft_takes_its_files_along(self):
        document = self._create_document(self.type_contract)
        file = self._add(document)
        domain = [("res_model", "=", "crm.document.file"), ("res_field", "=", "content"), ("res_id", "=", file.id)]
        self.assertTrue(self.env["ir.attachment"].search(domain))
        document.with_user(self.head).unlink()
        self.assertFalse(self.env["ir.attachment"].search(domain))


@tagged("post_install", "-at_install")
class TestDocumentDownload(DocumentCast, HttpCase):
    """The content of a version over HTTP: for whoever sees the document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cast()

    def test_download(self):
        document = self._create_document(self.type_contract)
        file = (
            self.env["crm.document.file"]
            .with_user(self.olena)
            .create({"document_id": document.id, "filename": "contract.pdf", "content": CONTENT})
        )
        url = f"/web/content/crm.document.file/{file.id}/content"
        for user in (self.olena, self.taras):
            user.password = user.login * 2
        self.authenticate(self.olena.login, self.olena.login * 2)
        self.assertEqual(self.url_open(url).content, b"one")
        self.authenticate(self.taras.login, self.taras.login * 2)
        answer = self.url_open(url)
        self.assertNotIn(b"one", answer.content)
        self.assertEqual(answer.status_code, 404)
