"""Conversations as files: what a filter finds, written in the background, or one of them."""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from backend.chat.turns import known_id
from backend.clock import now_ms
from backend.exports import export_file, export_job, text_layout
from backend.exports.export_file import ExportFile, Format
from backend.inbox.conversation_list import Waiting
from backend.shops.staff import Staff
from backend.web import responses
from backend.web.admin import export_words, forms
from backend.web.admin.pages import WAIT_SECONDS, hold_open, settings_of
from backend.web.admin.strings import ReaderLabels
from backend.web.guards import admin_only, services

admin_export = Blueprint("admin_export", __name__)

TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.PDF: "application/pdf",
}


@admin_export.get("/export")
@admin_only
def show_export(staff: Staff) -> str:
    chosen = settings_of(staff)
    found = export_job.list_exports(services(), staff.shop.id)

    return render_template(
        "admin/export.html",
        staff=staff,
        words=ReaderLabels(staff, chosen, now_ms()),
        exports=found,
        version=export_job.version_of_exports(found),
        progress=export_words.describe_progress,
        states=export_words.STATES,
        time_zone=chosen.time_zone,
        no_pdf=text_layout.missing(),
    )


@admin_export.post("/export")
@admin_only
def start_export(staff: Staff) -> AnyResponse:
    chosen = settings_of(staff)
    form = forms.read_format(request.form)
    wanted = forms.read_export_filter(request.form, chosen.time_zone)

    export_job.start(services(), staff, chosen, form, wanted)
    return redirect("/admin/export", 303)


@admin_export.get("/export/changes")
@admin_only
def wait_for_progress(staff: Staff) -> Response:
    """Answers when the list of exports is another than the one that was seen."""
    seen = request.args.get("seen", "")
    with hold_open(staff) as held:
        waiting = Waiting(seen, WAIT_SECONDS, held)
        version = export_job.wait_for_change(services(), staff.shop.id, waiting)
    return responses.as_json({"version": version})


@admin_export.get("/export/<export_id>/file")
@admin_only
def download_export(staff: Staff, export_id: str) -> Response:
    known = known_id(export_id)
    file = export_job.download(services(), staff, known)
    return _download(file, Format(file.name.rpartition(".")[2]))


@admin_export.post("/export/<export_id>/remove")
@admin_only
def remove_export(staff: Staff, export_id: str) -> AnyResponse:
    """Cancels one that is being written."""
    known = known_id(export_id)
    export_job.remove(services(), staff.shop.id, known)
    return redirect("/admin/export", 303)


@admin_export.get("/inbox/<conversation_id>/export")
@admin_only
def export_one(staff: Staff, conversation_id: str) -> Response:
    chosen = settings_of(staff)
    known = known_id(conversation_id)
    form = forms.read_format(request.args)

    file = export_file.export_one(services(), staff, chosen, form, known)
    return _download(file, form)


def _download(file: ExportFile, form: Format) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.pieces, headers=headers, content_type=TYPES[form])
