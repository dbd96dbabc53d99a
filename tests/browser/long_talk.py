"""A conversation that has gone on for a year, put into the store at once."""

from playwright.sync_api import Page

from backend.dev.storefront.sample_shop import DOMAIN
from tests.contract.database_hand import change
from tests.support.people import Person
from tests.support.running_app import RunningApp

REPEAT = """
INSERT INTO messages (shop_id, conversation_id, seq, id, role, text, status, at, search_id)
WITH RECURSIVE number(n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM number WHERE n < :length)
SELECT shop_id, conversation_id, n, substr(id, 1, 24) || printf('%08d', n),
  CASE n % 2 WHEN 1 THEN 'shopper' ELSE 'assistant' END,
  CASE n % 2 WHEN 1 THEN 'Question ' ELSE 'Answer ' END || ((n + 1) / 2), 'answered', at, n
FROM messages, number WHERE id = :first
"""
LENGTHEN = """
UPDATE conversations SET last_seq = :length
WHERE id = (SELECT conversation_id FROM messages WHERE id = :first)
"""


def remembers_a_long_talk(page: Page, app: RunningApp, length: int) -> None:
    """This browser's conversation has so many messages: `Question 1`, `Answer 1`, `Question 2` …"""
    ben = Person(app.base, DOMAIN)
    said = ben.says("Question 1", wait=20).body
    change(app, REPEAT, length=length, first=said["message"]["id"])
    change(app, LENGTHEN, length=length, first=said["message"]["id"])
    page.evaluate(
        "([key, id]) => localStorage.setItem(key, id)",
        [f"flux-chat/session-{DOMAIN}", said["sessionId"]],
    )
