"""Exports on paper: what was said in every script, the file of it, and what programs see in one."""

import subprocess
from pathlib import Path

from backend.exports import pdf_export, reader
from backend.exports.reader import ExportFilter
from backend.services import Services
from backend.shops.settings import Settings
from tests.support.talks import MIRAS

TIDE = "https://tide.example"
SAID = {
    "emoji": "On its way 🎉 👩‍👩‍👧‍👦 🇮🇳",
    "arabic": "طلبي رقم 1042 لم يصل",
    "malayalam": "ക്ഷമിക്കണം, സ്ത്രീ",
    "japanese": "注文番号1042はいつ届きますか？",
    "unknown": "private \ue000, control \x07",
}


def written(services: Services, folder: Path, **wanted: str) -> Path:
    chosen = Settings(assistant_name="Marina", time_zone="Asia/Kolkata")
    asked = ExportFilter(**wanted)  # type: ignore[arg-type]
    found = reader.read_conversations(services, MIRAS, asked)
    path = folder / "export.pdf"
    path.write_bytes(
        b"".join(pdf_export.write_pdf("Tide & Timber", chosen, found, TIDE))
    )
    return path


def told_by(program: str, path: Path, *options: str) -> str:
    return subprocess.run(
        [program, *options, str(path), *["-"][: program == "pdftotext"]],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
