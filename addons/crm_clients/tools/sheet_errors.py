"""What can be wrong with a file that is meant to hold a table. The model turns each into a sentence for the user."""


class SheetError(Exception):
    """The file cannot be read. Nothing has been changed."""


class NotASheetError(SheetError):
    """The file is something else.

    :ivar str kind: what it seems to be: "pdf", "image", "web_page", "ods", "xlsb", or "" for unknown
    """

    def __init__(self, kind=""):
        super().__init__(kind)
        self.kind = kind


class EncryptedSheetError(SheetError):
    """The workbook is protected by a password."""


class BrokenSheetError(SheetError):
    """The file is cut off or damaged."""


class EmptySheetError(SheetError):
    """There is not a single filled cell under the headers, or none at all."""


class SheetTooLargeError(SheetError):
    """The file would unpack to more than a table can need.

    :ivar int megabytes: size it declares
    :ivar int limit: megabytes that are accepted
    """

    def __init__(self, megabytes, limit):
        super().__init__(megabytes, limit)
        self.megabytes = megabytes
        self.limit = limit


class TooManyColumnsError(SheetError):
    """A row has a filled cell too far to the right.

    :ivar int limit: columns that are accepted
    """

    def __init__(self, limit):
        super().__init__(limit)
        self.limit = limit


class UnknownTemplateError(SheetError):
    """The workbook was made from a template of another version.

    :ivar str version: version that the workbook names
    """

    def __init__(self, version):
        super().__init__(version)
        self.version = version
