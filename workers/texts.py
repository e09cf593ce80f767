"""Jobs of the queue `texts`. Arguments are outbox ids; a job may run twice, a text is sent once."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

from workers.current import app


@cache
def _pool(size: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(size, thread_name_prefix="text")


def send(*outbox_ids: str) -> None:
    """Claim these texts, then send them side by side: a provider's answer takes longer than all our work."""
    delivery = app().delivery
    claims = delivery.claim(outbox_ids)
    for done in [_pool(app().settings.texts_per_job).submit(delivery.send, claim) for claim in claims]:
        done.result()


def look(outbox_id: str) -> None:
    """Find out at the provider whether an attempt with an unknown outcome went out."""
    app().reconciliation.look(outbox_id)
