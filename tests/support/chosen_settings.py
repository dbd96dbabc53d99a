"""Settings in which Mira has chosen something everywhere."""

from decimal import Decimal

from backend.shops.opening_hours import ClosedDays
from backend.shops.settings import Answered, Greeting, PickupPlace, Settings

CHOSEN = Settings(
    assistant_name="Marina",
    tone="brief",
    welcome="Ahoy! 👋\nHow can we help?",
    greetings=(Greeting("de", "Moin!"), Greeting("pt-BR", "Olá!\nTudo bem?")),
    languages=("English", "മലയാളം"),
    instructions="Never promise a delivery day.",
    questions=(
        Answered("Do you ship abroad?", "Yes, to the EU."),
        Answered("هل تقبلون الإرجاع؟", "نعم، خلال 30 يوما"),
    ),
    knowledge="Our oak comes from Poland.\n\nOil it twice a year.",
    pickup_places=(
        PickupPlace("Harbour", "Quay 4, Hamburg", "Mon–Fri 9:00–17:00"),
        PickupPlace("Old yard", "Dock 2, Hamburg"),
    ),
    rating=False,
    bulk_orders=False,
    callbacks=False,
    ask_phone="optional",
    ask_email="off",
    delivery=True,
    least_pieces=20,
    requests_to="42",
    team_name="The harbour team",
    time_zone="Asia/Kolkata",
    hours=(((540, 750), (810, 1080)), (), (), (), ((0, 1440),), ((1320, 1560),), ()),
    closed_days=(
        ClosedDays("2026-12-24", "2027-01-02", "The holidays", yearly=True),
        ClosedDays("2026-08-03", "2026-08-03"),
    ),
    away="We are back on Monday.",
    silence_minutes=30,
    waiting_days=7,
    ask_for_email=False,
    expiry_seconds=5_400,
    retention_days=730,
    messages_per_minute=5,
    replies_per_day=100,
    replies_per_month=2_000,
    dollars_per_day=Decimal("2.50"),
    dollars_per_month=Decimal(60),
)
