"""What staff do is tested beside shoppers who talk, as the tests of the chat have them."""

from tests.chat.conftest import ana, model, working

__all__ = ["ana", "model", "working"]
