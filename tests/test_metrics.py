"""Counters for operators: named for this app, and with labels that can hold nobody's words."""

from prometheus_client import REGISTRY

from backend import metrics

HARMLESS = {"by", "session", "end", "kind", "code", "because", "flow", "what"}


def test_every_figure_has_our_name_a_sentence_and_harmless_labels() -> None:
    figures = [
        figure for figure in vars(metrics).values() if hasattr(figure, "_labelnames")
    ]

    assert figures
    for figure in figures:
        assert figure._name.startswith("flux_")
        assert figure._documentation.endswith(".")
        assert set(figure._labelnames) <= HARMLESS


def test_what_is_counted_can_be_read() -> None:
    before = REGISTRY.get_sample_value("flux_turns_total", {"end": "stopped"}) or 0

    metrics.TURNS.labels("stopped").inc()

    after = REGISTRY.get_sample_value("flux_turns_total", {"end": "stopped"})
    assert after == before + 1
