"""An export in words: how it stands, how far it is, and how large it has become."""

from backend.exports.stored_exports import ExportState, StoredExport

# With the tone of its badge.
STATES = {
    ExportState.WAITING: ("Exporting", "info"),
    ExportState.READY: ("Ready", "success"),
    ExportState.FAILED: ("Failed", "critical"),
    ExportState.TOO_LARGE: ("Too large", "critical"),
    ExportState.OUTDATED: ("Out of date", "caution"),
}
REASONS = {
    ExportState.FAILED: "The file couldn’t be created. Try again.",
    ExportState.TOO_LARGE: "The file is too large. Export fewer days at a time.",
    ExportState.OUTDATED: "Something in this file was erased since. Export it again.",
}
UNITS = (("MB", 1_000_000), ("KB", 1_000))


def describe_progress(export: StoredExport) -> str:
    if export.state is ExportState.READY:
        return write_size(export.size)
    if not export.is_being_written:
        return REASONS[export.state]
    if export.found is None:
        return "Starting"
    return f"{export.written:,} of {export.found:,} conversations"


def write_size(size: int) -> str:
    """Such as "1.2 MB"; of 1,000 bytes a KB, as files are shown."""
    for unit, length in UNITS:
        if size >= length:
            return f"{size / length:.1f} {unit}"
    return f"{size} bytes"
