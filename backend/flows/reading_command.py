"""The operator's `flask flows read`: how code alone reads an order."""

import json
from collections.abc import Mapping
from typing import Any

import click

from backend.flows.order_reading import Reading, read_order
from backend.flows.orders import Line
from backend.services import Services
from backend.shops import directory


@click.command("read")
@click.argument("shop")
@click.argument("text")
@click.option("--locale", default="en", help="The shopper's language, such as de.")
@click.option(
    "--json", "as_json", is_flag=True, help="Lines, and which are asked about."
)
@click.pass_context
def read(
    context: click.Context, shop: str, text: str, locale: str, as_json: bool
) -> None:
    """The lines of an order in TEXT (`-` reads it from the input) as SHOP's goods. Nothing is
    ordered.
    """
    services: Services = context.obj.load_app().extensions["services"]
    with services.db.reading() as connection:
        shop_id = directory.find_shop_id(connection, shop)
    if shop_id is None:
        raise click.UsageError("No such shop.")

    if text == "-":
        with click.open_file("-", encoding="utf-8") as file:
            text = file.read()
    reading = read_order(services, shop_id, text, locale)
    click.echo(as_text(reading, as_json))


def as_text(reading: Reading, as_json: bool) -> str:
    if as_json:
        return json.dumps(as_answer(reading), ensure_ascii=False)
    if not reading.is_order:
        return "No order."

    shown = [
        _shown(
            number,
            line,
        )
        for number, line in enumerate(reading.lines)
    ]
    if reading.more:
        shown.append("There are more lines than are read.")
    return "\n".join(shown)


def as_answer(reading: Reading) -> Mapping[str, Any]:
    lines = [
        {
            "quantity": line.quantity,
            "handle": line.product.handle if line.product else None,
            "variant": line.variant.title or None if line.variant else None,
        }
        for line in reading.lines
    ]
    asked = [number for number, line in enumerate(reading.lines) if line.asks]
    return {"lines": lines, "ask": asked}


def _shown(number: int, line: Line) -> str:
    quantity = "?" if line.quantity is None else str(line.quantity)
    title = line.product.title if line.product else "?"
    variant = line.variant.title if line.variant else ""
    asked = f"  asks {', '.join(line.asks)}" if line.asks else ""
    return f"{number:3}  {quantity:>6}  {title}  {variant}{asked}  ({line.words})"
