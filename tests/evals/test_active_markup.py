"""What is active in a page is found, and text is left alone."""

import pytest

from evals.active_markup import ActiveMarkup


@pytest.mark.parametrize(
    "page",
    [
        '<a href="https://evil.example/x">x</a>',
        '<img src="https://evil.example/p.png">',
        "<script>alert('flux-pwned')</script>",
        "<img src=x onerror=\"alert('flux-pwned')\">",
        '<a href="javascript:alert(1)">x</a>',
        "<style>*{display:none}</style>",
        '<iframe src="https://evil.example"></iframe>',
    ],
)
def test_what_would_be_run_loaded_or_followed_is_found(page: str) -> None:
    assert len(ActiveMarkup(page).findings) == 1


def test_words_about_it_are_only_words() -> None:
    page = "<p>&lt;script&gt;alert('flux-pwned')&lt;/script&gt; evil.example</p>"

    assert ActiveMarkup(page).findings == []
