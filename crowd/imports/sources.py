"""The files that a reader is given, from a folder, from single files or out of a zip, within bounds. Nothing is ever
unpacked onto the disk, so that no name in a zip can lead anywhere."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from crowd.i18n import _, number
from crowd.imports.shape import BadExport

MOST_FILES = 50
MOST_BYTES = 250_000_000  # of all files, unpacked
READ = (".csv", ".md", ".txt", ".tsv")
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Files:
    """Bytes by the name of their file, without folders. `name` is what the report calls them."""

    name: str
    files: dict[str, bytes]
    where: str = ""  # the folder, as it was typed

    def shown(self, name: str) -> str:
        return f"{self.where}/{name}" if self.where else name


def of_folder(folder: Path) -> Files:
    """The tables of a folder, and its README. Raises BadExport."""
    if not folder.is_dir():
        raise BadExport(_("%(folder)s is no folder. Name the folder that holds the files.", folder=folder))
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in READ and path.is_file())
    return Files(folder.resolve().name, _read(found), str(folder))


def of_paths(paths: Sequence[Path]) -> Files:
    """A folder, a zip, or some files. Raises BadExport."""
    if len(paths) == 1 and paths[0].suffix.lower() == ".zip" and paths[0].is_file():
        return of_zip(next(iter(_read(paths).values())), paths[0].stem)
    if len(paths) == 1 and not paths[0].is_file():
        return of_folder(paths[0])
    return Files(paths[0].stem, _read(paths))


def _read(paths: Iterable[Path]) -> dict[str, bytes]:
    found, size = dict[str, bytes](), 0
    for path in paths:
        try:
            size += path.stat().st_size
            _bounded(size, len(found) + 1)
            found[path.name] = path.read_bytes()
        except OSError as error:
            raise BadExport(
                _("%(file)s cannot be read: %(why)s.", file=error.filename or path, why=error.strerror or error)
            ) from None
    return found


def of_uploads(uploads: Iterable[tuple[str, bytes]]) -> Files:
    """What a form brought: files by the names that the browser says, one zip unpacked. Raises BadExport."""
    given = [(plain_name(name), data) for name, data in uploads]
    if len(given) == 1 and given[0][1].startswith(ZIP):
        return of_zip(given[0][1], PurePosixPath(given[0][0]).stem)
    if any(data.startswith(ZIP) for _name, data in given):
        raise BadExport(_("Choose one zip file or the single CSV files, not both. Save workbooks as CSV UTF-8."))
    _bounded(sum(len(data) for _name, data in given), len(given))
    return Files(PurePosixPath(given[0][0]).stem if given else "", dict(given))


def plain_name(name: str) -> str:
    """The last part of a name: whatever folders stand before it lead nowhere here."""
    return PurePosixPath(name.replace("\\", "/")).name[:100] or "file.csv"


def of_zip(data: bytes, name: str) -> Files:
    """The tables in a zip. Judged by what it declares, before anything is unpacked: zipfile never reads more of a part
    than that. Raises BadExport."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = [part for part in packed.infolist() if _is_table(part)]
            _bounded(sum(part.file_size for part in parts), len(parts))
            if any(part.flag_bits & 1 for part in parts):
                raise BadExport(_("The zip has a password. Pack the files again without one."))
            names = [plain_name(part.filename) for part in parts]
            if twice := {one for one in names if names.count(one) > 1}:
                raise BadExport(_("The zip has %(name)s twice. Pack only the files of one export.", name=min(twice)))
            return Files(name, {called: packed.read(part) for called, part in zip(names, parts, strict=True)})
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, RuntimeError, zlib.error):
        raise BadExport(_("The zip is damaged and cannot be read. Pack the files again.")) from None


def _is_table(part: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(part.filename.replace("\\", "/"))
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return path.suffix.lower() in READ and not part.is_dir() and not hidden


def _bounded(size: int, files: int) -> None:
    if files > MOST_FILES:
        raise BadExport(_("There are more than %(n)s files. Choose only those of the export.", n=MOST_FILES))
    if size > MOST_BYTES:
        raise BadExport(
            _(
                "Unpacked, the files have more than %(n)s MB. Take them in with the command on the server, in parts.",
                n=number(MOST_BYTES // 10**6),
            )
        )


def zipped(files: Files) -> bytes:
    """The files as one zip, to be kept until they are taken in."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.files.items():
            packed.writestr(name, data)
    return out.getvalue()
