"""Conversations as files: what a filter finds, or one of them."""

from flask import Blueprint, Response, render_template, request

from backend.chat.turns import known_id
from backend.exports import export_file, text_layout
from backend.exports.export_file import ExportFile, Format
from backend.shops.staff import Staff
from backend.web.admin import forms
from backend.web.admin.pages import settings_of
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
    return render_template(
        "admin/export.html",
        staff=staff,
        time_zone=settings_of(staff).time_zone,
        no_pdf=text_layout.missing(),
    )


@admin_export.get("/export/file")
@admin_only
def export_many(staff: Staff) -> Response:
    chosen = settings_of(staff)
    form = forms.read_format(request.args)
    wanted = forms.read_export_filter(request.args, chosen.time_zone)

    file = export_file.export_many(services(), staff, chosen, form, wanted)
    return _download(file, form)


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
