"""Files of a form on their way in. Where the disk takes no more of one, the form is read all the same: what was typed
beside it must not be lost (flask and werkzeug give a page about a fault of ours, and nothing of the form)."""

from contextlib import suppress
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Request

IN_MEMORY = 500_000  # bytes of a file that need no disk, as werkzeug has it


class Upload(SpooledTemporaryFile[bytes]):
    """Remembers that it is not whole, and says so to whoever reads it: an OSError, as when it was written."""

    refused: OSError | None = None

    def write(self, some: Any) -> int:
        if self.refused is None:
            try:
                return super().write(some)
            except OSError as error:
                self._refuse(error)
        return len(some)

    def seek(self, *where: int) -> int:
        try:
            return super().seek(*where)
        except OSError as error:  # what it still held in memory did not find room either
            self._refuse(error)
            return 0

    def _refuse(self, error: OSError) -> None:
        self.refused = error
        self._file: Any
        with suppress(OSError):  # closing tries once more
            self._file.close()
        self._file = BytesIO()

    def read(self, *most: int) -> bytes:
        if self.refused is not None:
            raise self.refused
        return super().read(*most)


class FormRequest(Request):
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return Upload(IN_MEMORY)
