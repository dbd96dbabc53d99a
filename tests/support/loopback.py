"""HTTP to the programs that the tests have started: one pool, and never through a proxy."""

import httpx2

loopback = httpx2.Client(trust_env=False, timeout=30)
