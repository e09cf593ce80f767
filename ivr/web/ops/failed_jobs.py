"""Jobs that RQ gave up: how many, and back into their queues with them. What they were for is in the outbox, and comes again anyway."""

from rq import Queue
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.serializers import JSONSerializer

from ivr.wiring import App


def failed_jobs(app: App) -> dict[str, int]:
    """By queue, those without any left out. RedisError; nothing where no Redis is configured."""
    if not app.settings.redis_url:
        return {}
    counted = {queue.name: queue.failed_job_registry.count for queue in _queues(app)}
    return {name: count for name, count in sorted(counted.items()) if count}


def requeue_failed(app: App) -> int:
    """How many were put back; one that somebody else put back meanwhile is none of them. RedisError."""
    done = 0
    for queue in _queues(app):
        for job_id in queue.failed_job_registry.get_job_ids():
            try:
                queue.failed_job_registry.requeue(job_id)
                done += 1
            except (InvalidJobOperation, NoSuchJobError):
                continue
    return done


def _queues(app: App) -> list[Queue]:
    return Queue.all(connection=app.redis, serializer=JSONSerializer)
