"""What a screen reader would say: additions to live regions, and text that changes in them, as ARIA
has it.
"""

from tests.browser.shopper import Shopper

LISTEN = """widget => {
  window.announced = []
  const LIVE = '[role="log"], [role="status"], [role="alert"], ' +
    '[aria-live="polite"], [aria-live="assertive"]'
  const SILENT = '[aria-live="off"], [aria-hidden="true"]'
  const isSilent = node => (node.closest ? node : node.parentElement)?.closest(SILENT)
  const say = node =>
    !isSilent(node) && node.textContent.trim() && window.announced.push(node.textContent)
  const hear = changes => changes.forEach(({ target, addedNodes, type }) =>
    type === "characterData" ? say(target) : isSilent(target) || addedNodes.forEach(say))
  for (const region of widget.shadowRoot.querySelectorAll(LIVE))
    new MutationObserver(hear).observe(region,
      { childList: true, subtree: true, characterData: true })
}"""


def listens(ben: Shopper) -> None:
    ben.page.locator("flux-chat-widget").evaluate(LISTEN)


def heard(ben: Shopper) -> list[str]:
    """Each announcement with single spaces."""
    return [" ".join(text.split()) for text in ben.page.evaluate("window.announced")]
