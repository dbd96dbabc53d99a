"""The sample's pages, policies and journal: HTML from plain words, the same facts in all."""

import re

import pytest

from backend.dev.storefront.sample_shop import LANGUAGES, catalog
from backend.dev.storefront.sample_texts import Section, render_sections

POLICIES = {
    "refund-policy": "REFUND_POLICY",
    "shipping-policy": "SHIPPING_POLICY",
    "privacy-policy": "PRIVACY_POLICY",
    "terms-of-service": "TERMS_OF_SERVICE",
    "contact-information": "CONTACT_INFORMATION",
}
PAGES = {"shipping", "returns", "about", "care", "gift-wrapping", "linen-sizes"}
# Money, and numbers with their units, of the shipping and returns policy.
SHIPPING_FACTS = {
    "en": ("€4.90", "free from €75", "€9.90", "2 to 3", "4 to 6"),
    "de": ("4,90 €", "ab 75 € kostenlos", "9,90 €", "2 bis 3", "4 bis 6"),
}
RETURN_FACTS = {
    "en": ("30 days", "5 working days", "unused and in its box"),
    "de": ("30 Tage", "5 Werktage", "unbenutzt und in der Schachtel"),
}


def test_a_section_becomes_html() -> None:
    sections: list[Section] = [
        ["", "Two & <three>, see [our returns](pages/returns)."],
        ["Days", ["Monday", "Tuesday"], [["Day", "Hours"], ["Monday", "None"]]],
    ]

    assert render_sections(sections, "/de/").splitlines() == [
        '<p>Two &amp; &lt;three&gt;, see <a href="/de/pages/returns">our returns</a>.</p>',
        "<h2>Days</h2>",
        "<ul><li>Monday</li><li>Tuesday</li></ul>",
        "<table><thead><tr><th>Day</th><th>Hours</th></tr></thead>"
        "<tbody><tr><td>Monday</td><td>None</td></tr></tbody></table>",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_policies_that_shopify_knows(language: str) -> None:
    shop = catalog(language)

    assert {one["handle"]: one["type"] for one in shop.policies} == POLICIES
    for policy in shop.policies:
        assert policy["url"] == f"{shop.root}policies/{policy['handle']}"
        assert shop.find_policy(policy["handle"]) == policy
        assert policy["title"]
        assert "<h2>" in policy["body"]


def test_there_is_a_page_for_what_people_ask() -> None:
    pages = {page["handle"] for page in catalog("en").pages}

    assert pages >= PAGES | {"workshop", "checkout"}


@pytest.mark.parametrize("language", ["en", "de"])
def test_pages_and_policies_promise_the_same(language: str) -> None:
    shop = catalog(language)

    for kind, facts in (("shipping", SHIPPING_FACTS), ("returns", RETURN_FACTS)):
        handle = {"shipping": "shipping-policy", "returns": "refund-policy"}[kind]
        page, policy = shop.find_page(kind), shop.find_policy(handle)
        assert page
        assert policy

        for fact in facts[language]:
            assert fact in policy["body"]
            for number in numbers_in(fact):
                assert number in numbers_in(page["body"])


def test_the_journal_has_three_articles_the_newest_first() -> None:
    shop = catalog("de")

    published = [article["published"] for article in shop.articles]
    assert len(published) == 3
    assert published == sorted(published, reverse=True)
    for article in shop.articles:
        assert article["blog"] == {"handle": "journal", "title": "Journal"}
        assert article["url"] == f"/de/blogs/journal/{article['handle']}"
        assert shop.find_article(article["handle"]) == article


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_link_in_a_text_leads_to_a_page_of_the_shop(language: str) -> None:
    shop = catalog(language)
    texts = [*shop.pages, *shop.policies, *shop.articles]
    links = re.findall(r'href="([^"]+)"', "".join(text["body"] for text in texts))

    known = {thing["url"] for thing in (*texts, *shop.products, *shop.collections)}
    assert links
    assert set(links) <= known


def numbers_in(text: str) -> set[str]:
    """What the assistant counts its steps with is no fact."""
    return set(re.findall(r"\d+(?:[.,]\d+)?", re.sub(r"^\d\. ", "", text, flags=re.M)))
