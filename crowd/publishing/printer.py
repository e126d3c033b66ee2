"""HTML on the way in, PDF on the way out: a program of its own, so that time and memory have an end.

It knows nothing of Crowd and reaches nothing but the files in static/: no address of the network is ever asked."""

import resource
import sys
from pathlib import Path

SECONDS, BYTES = 120, 1_500_000_000
BASE = "http://paper.invalid/static/"  # stands for static/; RFC 2606: it is nobody's


def main(static: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    root = Path(static).resolve()

    class OwnFiles(URLFetcher):
        """Pictures in the page itself, and files in static/."""

        def fetch(self, url: str, headers: object = None) -> object:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = (root / url.removeprefix(BASE).partition("?")[0]).resolve()
            if not url.startswith(BASE) or not path.is_relative_to(root) or not path.is_file():
                raise ValueError("only files of this site stand in a report")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": KINDS.get(path.suffix, "")})

    page = HTML(string=sys.stdin.buffer.read().decode(), base_url=BASE, url_fetcher=OwnFiles())
    sys.stdout.buffer.write(page.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True))


KINDS = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png"}
if __name__ == "__main__":
    main(sys.argv[1])
