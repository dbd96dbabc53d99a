"""Takes the pictures of the admin anew, from the sample shop: `python -m tests.browser.admin_pictures`."""

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.admin_desk import AdminDesk
from tests.browser.shopper import Shopper
from tests.browser.take_pictures import BOWLS, DESK, MOST_BYTES, PICTURES, QUESTION
from tests.support.machine import CHROMIUM_FLAGS, chromium_path
from tests.support.stores import Stores
from tests.support.whole_shop import WholeShop, whole_shop
