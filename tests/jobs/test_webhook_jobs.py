"""Which webhooks are ours: noted and done are the same ones; their stories are those of
`test_confirmed_webhooks` and `test_privacy`.
"""

from backend.jobs import webhook_jobs
from backend.shops import webhook_deliveries


def test_every_webhook_that_is_noted_has_a_job_that_does_it() -> None:
    assert webhook_jobs.TOPICS.keys() == webhook_deliveries.KEPT_FIELDS.keys()
