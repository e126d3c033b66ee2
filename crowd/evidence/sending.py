"""How a file goes out, whoever has asked the table of rules for it."""

from flask import Response, current_app, send_file

from crowd.evidence import storing
from crowd.models import Attachment

CSP = "default-src 'none'; sandbox"  # a file is never a page of this site, whatever a browser makes of it


def saved(file: Attachment) -> Response | None:
    """The bytes, to be saved and not shown, and kept by nobody on the way; None if this instance has lost them."""
    try:
        answer = send_file(
            storing.path_of(file.sha256), file.media, as_attachment=True, download_name=file.name, etag=file.sha256
        )
    except FileNotFoundError:
        current_app.logger.error("file %s is not in the uploads of this instance", file.id)
        return None
    answer.headers["Content-Security-Policy"] = CSP
    answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"] = "private, no-store", "noindex"
    answer.headers.pop("Expires", None)  # a year ahead, for static files
    answer.headers.pop("Last-Modified", None)  # that of the bytes tells when somebody else first sent the same
    return answer
