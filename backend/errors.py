"""Every error that a caller can meet, with its HTTP status, its code and the only words that may be
said aloud.

The codes are a closed list: widgets in the field translate them, so a new one is a change of
contract.
"""

from collections.abc import Mapping

CODES = frozenset(
    [
        "store_unavailable",
        "store_busy",
        "store_full",
        "too_long",
        "invalid",
        "id_reused",
        "rate_limited",
        "budget_reached",
        "busy",
        "timeout",
        "upstream_invalid",
        "refused",
        "interrupted",
        "stale_signature",
        "unauthorized",
        "not_found",
        "shop_uninstalled",
        "offline",
    ]
)


class ChatError(Exception):
    """The root. `retry` tells a client whether the same call may succeed later."""

    status = 500
    code = "interrupted"
    say = "Something went wrong on our side. Please try again."
    retry = True
    retry_after: int | None = None


class Invalid(ChatError):
    """The request has a value that the contract does not allow. `say` names the field, never its
    content.
    """

    status, code, retry = 422, "invalid", False

    def __init__(self, say: str = "The request is not valid.") -> None:
        super().__init__(say)
        self.say = say


class AnswerRefused(Invalid):
    """Of a form: why its fields cannot be taken, each told in its shopper's language."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("Some answers of the form need another look.")
        self.fields = dict(fields)


class MethodNotAllowed(Invalid):
    status = 405


class TooLong(ChatError):
    status, code, retry = 413, "too_long", False
    say = "That is too long. A message may have up to 8,000 characters."


class Unauthorized(ChatError):
    status, code, retry = 401, "unauthorized", False
    say = "This request is not signed as expected."


class WebhookRefused(Unauthorized):
    """Signed with our key, and yet no webhook for this shop. `because` says why, for the operator
    alone.
    """

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class StaleSignature(ChatError):
    status, code = 401, "stale_signature"
    say = "This request is too old. Please try again."


class NotFound(ChatError):
    """Unknown and somebody else's look the same."""

    status, code, retry = 404, "not_found", False
    say = "This is not available any more."


class Gone(ChatError):
    """A message that was acknowledged in a conversation which its shopper has reset since."""

    status, code, retry = 410, "not_found", False
    say = "This chat has been reset."


class IdReused(ChatError):
    status, code, retry = 409, "id_reused", False
    say = "This message id was used for another text."


class HeldByColleague(ChatError):
    """For staff alone: somebody else of the shop has this conversation."""

    status, code, retry = 409, "invalid", False
    say = "A colleague has this conversation. You can take it over from them."


class ChangedMeanwhile(ChatError):
    """For staff alone: what was to be saved was made from a version that is not the newest any
    more.
    """

    status, code, retry = 409, "invalid", False
    say = "Somebody else has saved changes since you opened this page."


class PostRefused(Invalid):
    """For staff alone: what a post cannot do as it stands. `say` tells why."""

    status = 409


class PostBusy(PostRefused):
    """It is on its way to its readers or back, and can be changed in a moment."""


class FormChanged(ChatError):
    """An answer to a form as it was: meanwhile it was answered from elsewhere, or has ended."""

    status, code, retry = 409, "invalid", False
    say = "This form has been answered meanwhile."


class CannotWritePdf(ChatError):
    """For staff alone: this machine lacks what draws every script. `because` says what, for the
    operator.
    """

    status, code, retry = 503, "interrupted", False
    say = (
        "PDF files cannot be made on this server: it lacks fonts or libraries that whoever runs"
        " it can install."
    )

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class ShopUninstalled(ChatError):
    status, code, retry = 410, "shop_uninstalled", False
    say = "This shop does not use this chat any more."


class NotSetUp(ChatError):
    """For staff alone: secrets cannot be kept here yet."""

    status, code = 503, "store_unavailable"
    say = "Flux Chat is not set up for this yet: whoever runs it has to set ENCRYPTION_KEYS."


class Undecipherable(ChatError):
    """A secret whose key is gone. A new installation replaces it."""

    status, code = 503, "store_unavailable"
    say = (
        "What was stored cannot be read any more. Open the app once more to replace it."
    )


class ShopifyUnavailable(ChatError):
    """Shopify does not answer, or not now; the same call may succeed later."""

    status, code, retry_after = 503, "busy", 5
    say = "Shopify does not answer right now. Please try again in a moment."


class ShopifyRefused(ChatError):
    """Shopify does not accept a token, or the app is not in this shop. `reason` is its
    word for it.
    """

    status, code, retry = 502, "unauthorized", False
    say = "Shopify does not let this app in. Open the app again in your admin."

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class NeedsReauth(ShopifyRefused):
    """There is no usable token; the next time that somebody of the shop opens the app
    brings one.
    """


class TokenRefused(ShopifyRefused):
    """An access token that Shopify does not know, or not any more; a fresh one may do."""


class ScopeMissing(ShopifyRefused):
    """The shop has not granted what was asked for. `reason` names the scopes, where Shopify has."""

    say = (
        "Your store has not allowed this app to see or change that. Open the app again in your"
        " admin."
    )


class ShopInactive(ShopifyUnavailable):
    """Shopify has frozen or locked the shop: nothing of it answers until its merchant has dealt
    with that.
    """

    retry_after = 3_600
    say = "Shopify has paused your store, so that this app cannot reach it."


class ShopifyThrottled(ShopifyUnavailable):
    """The app has asked for more of this shop than Shopify allows, and waiting longer was not worth
    it. `retry_after` is in whole seconds.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class ExportRunning(ShopifyUnavailable):
    """Shopify is busy with another export of this shop for the app."""

    retry_after = 60


class AdminError(ChatError):
    """The Admin API does not do this very thing, neither now nor later."""

    status, code, retry = 502, "upstream_invalid", False
    say = "Shopify did not understand this app. Please tell whoever runs it."


class QueryRejected(AdminError):
    """Shopify does not answer this query: a mistake of ours. `because` is its word for it."""

    def __init__(self, because: str = "") -> None:
        super().__init__(because)
        self.because = because


class ChangeRefused(AdminError):
    """Shopify has not made a change, because of the values in it.

    `problems` are its codes and the fields that they are about; its sentences may quote people and
    stay with Shopify.
    """

    status, code = 422, "invalid"
    say = "Shopify does not accept these values."

    def __init__(self, problems: tuple[str, ...] = ()) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


class ArticleGone(ChangeRefused):
    """The article that was to be changed is not in the shop any more."""

    status, code = 404, "not_found"
    say = "This post is not in your blog any more."


class PageUnavailable(ChatError):
    """Facebook does not answer, or wants fewer calls. A post may have been made all the same: look
    for it before it is made again. `because` is a word for the operator.
    """

    status, code, retry_after = 503, "busy", 60
    say = "Facebook does not answer right now. Please try again in a moment."

    def __init__(self, because: str = "", retry_after: int = 60) -> None:
        super().__init__(because)
        self.because = because
        self.retry_after = retry_after


class PageTokenRefused(ChatError):
    """A Page's token that Facebook does not know, or not any more, or that is another Page's.
    `number` is Facebook's for the error.
    """

    status, code, retry = 502, "unauthorized", False
    say = "Facebook does not accept the token of this Page. Connect the Page again."

    def __init__(self, number: int = 0) -> None:
        super().__init__(number)
        self.number = number


class PagePermissionMissing(PageTokenRefused):
    """The token is good, and does not allow this."""

    say = (
        "The token of this Page does not allow that. Connect the Page again with a token that may"
        " post to it."
    )


class PageRefused(ChatError):
    """Facebook does not take this post, neither now nor later. `number` is its own for the error;
    its sentences may quote people and stay there.
    """

    status, code, retry = 422, "invalid", False
    say = "Facebook does not accept this post."

    def __init__(self, number: int = 0) -> None:
        super().__init__(number)
        self.number = number


class PagePostRepeated(PageRefused):
    """The Page has a post with these very words already."""

    say = "This Page has a post with the same words already."


class PageBlocked(PageRefused):
    """Facebook holds what the Page or the app has done to be against its rules."""

    say = "Facebook has blocked this Page from posting for now. Look there for the reason."


class PagePostGone(PageRefused):
    """The post is not there any more, or is not this Page's."""

    status, code = 404, "not_found"
    say = "This post is not on your Facebook Page any more."


class BrokenExport(ChatError):
    """What an export has left cannot be used; a new one may be. `line` is where, counted from 1, or
    0 for the whole file. `because` is a word for the operator.
    """

    status, code = 502, "upstream_invalid"
    say = "Shopify's list of products could not be read. It will be asked for again."

    def __init__(self, because: str, line: int = 0) -> None:
        super().__init__(because, line)
        self.because = because
        self.line = line


class TooManyMessages(ChatError):
    status, code = 429, "rate_limited"
    say = "Too many requests. Try again in a minute."

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class TooManyOpen(ChatError):
    """So much is held open that one more would be at somebody else's cost."""

    status, code, retry_after = 503, "busy", 5
    say = "There is a lot going on right now. Please try again in a moment."


class TooSlow(ChatError):
    """The request did not arrive in time."""

    status, code = 408, "timeout"
    say = "Your request took too long to arrive. Please try again."


class StoreUnavailable(ChatError):
    status, code, retry_after = 503, "store_unavailable", 1
    say = "We can't reach our records right now. Please try again in a moment."


class StoreBusy(StoreUnavailable):
    code = "store_busy"


class StoreFull(StoreUnavailable):
    status, code, retry_after = 507, "store_full", 30


class AssistantError(ChatError):
    """The model gave no usable answer. Never an HTTP error of its own: it ends a turn as `failed`.

    `because` and `check` are for the operator: what happened, without anybody's words, and what to
    look at. `is_outage` tells whether the model's service is at fault, so that asking it less
    helps.
    """

    status, code = 503, "busy"
    say = "I can't answer right now. Please try again in a moment."
    is_outage = False

    def __init__(self, because: str = "", check: str = "") -> None:
        super().__init__(because)
        self.because = because
        self.check = check


class AssistantBusy(AssistantError):
    """The model's service refuses for now: too many requests, or it is down."""

    is_outage = True


class AssistantUnavailable(AssistantError):
    """No key, a refused key, an unknown model, a wrong address: what only the operator can help."""


class BudgetReached(AssistantError):
    """The shop has had the replies that its merchant allows for a day or a month."""

    code = "budget_reached"


class AssistantTimeout(AssistantError):
    code, is_outage = "timeout", True


class AssistantUnreadable(AssistantError):
    """The model's service answered with something that is not its protocol, or broke off."""

    code, is_outage = "upstream_invalid", True


class AssistantSilent(AssistantError):
    """A whole answer without a word. Another message mostly gets one, so the service is not to
    blame.
    """

    code = "upstream_invalid"


class AssistantRefused(AssistantError):
    """The service does not take this very message, now or later: its content, or its length even by
    itself.
    """

    code, retry = "refused", False
    say = "I can't answer this message. Please rephrase it."


class ConversationTooLong(AssistantRefused):
    """More than the model can read at once; without its older half it may do."""


class Interrupted(AssistantError):
    """The process that answered died, and too little of the turn's time was left to begin again."""

    code = "interrupted"


# Codes of failures after which the same words would only fail again.
WITHOUT_RETRY = frozenset({ShopUninstalled.code, AssistantRefused.code})


class DeliveryDelayed(Exception):
    """A mail or a webhook did not arrive; a later attempt may. `because` is a word of ours, without
    anybody's address.
    """

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class DeliveryRefused(DeliveryDelayed):
    """It never will."""


class LeaseLost(Exception):
    """Another holder may write now. Whoever meets this drops what it was doing; nobody is told."""
