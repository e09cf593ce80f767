"""RQ's dashboard behind our door."""

import re
from collections.abc import Callable, Iterator

import pytest
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from werkzeug.test import TestResponse

from ivr.operators import Role, add_operator
from ivr.web.app import create_app
from ivr.web.ops.jobs import READING
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.ops import errands
from tests.web.ops.conftest import PASSWORD, PUBLIC_URL, Browser

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def queue(app: App) -> Queue:
    return Queue("texts", connection=app.redis, serializer=JSONSerializer)


@pytest.fixture(autouse=True)
def _no_looking() -> Iterator[None]:
    yield
    errands.while_running.clear()


def work(queue: Queue) -> None:
    SimpleWorker([queue], connection=queue.connection, serializer=JSONSerializer, log_job_description=False).work(
        burst=True, logging_level="ERROR"
    )


def finished(queue: Queue) -> Job:
    job = queue.enqueue(errands.done, "errand", result_ttl=500, description="text_send 01K")
    work(queue)
    return job


def failed(queue: Queue) -> Job:
    job = queue.enqueue(errands.fails, "errand", description="text_send 01K")
    work(queue)
    return job


def test_every_page_is_there_with_json_jobs_and_their_results(operator: Browser, queue: Queue) -> None:
    jobs = [finished(queue), failed(queue), queue.enqueue(errands.done, "waiting", description="text_send 01K", meta={"try": 1})]
    lists = ("queued", "started", "finished", "failed", "scheduled", "deferred", "canceled")
    paths = ["", "0/view/workers", "0/view/jobs", "0/data/queues.json", "0/data/workers.json"]
    paths += [f"0/view/jobs/texts/{name}/8/asc/1" for name in lists] + [f"0/data/jobs/texts/{name}/8/dsc/1.json" for name in lists]
    paths += [f"0/view/job/{job.id}" for job in jobs] + [f"0/data/job/{job.id}.json" for job in jobs]
    paths += ["favicon.ico", "static/css/main.css", "static/js/jquery-3.5.1.min.js"]
    assert {path: operator.open(f"/ops/jobs/{path}").status_code for path in paths} == dict.fromkeys(paths, 200)
    assert operator.open(f"/ops/jobs/0/data/job/{jobs[0].id}.json").json["result"] == {"done": "errand"}  # type: ignore[index]


def test_a_running_json_job_is_shown_with_its_worker(operator: Browser, queue: Queue) -> None:
    seen: list[TestResponse] = []
    errands.while_running.append(lambda: seen.append(operator.open("/ops/jobs/0/data/workers.json")))
    errands.while_running.append(lambda: seen.append(operator.open("/ops/jobs/0/data/jobs/texts/started/8/asc/1.json")))
    job = finished(queue)
    workers, started = (answer.json or {} for answer in seen)
    assert workers["workers"][0]["current_job"]["job_id"] == job.id
    assert [each["id"] for each in started["jobs"]] == [job.id]


def test_what_an_exception_said_is_escaped_where_the_dashboard_writes_it_as_html(operator: Browser, queue: Queue) -> None:
    job = failed(queue)
    told = operator.open(f"/ops/jobs/0/data/job/{job.id}.json").json or {}
    assert "&lt;img src=x onerror=alert(1)&gt;" in told["exc_info"]
    assert "<img" not in str(told)


CHANGES = (
    "requeue/texts",
    "job/{job}/requeue",
    "job/{job}/delete",
    "queue/texts/failed/empty",
    "queue/texts/queued/empty",
    "queue/texts/compact",
)


@pytest.mark.parametrize("role", Role)
def test_nobody_changes_anything_and_all_are_told_where_it_is_done(app: App, browser: Browser, queue: Queue, role: Role) -> None:
    """There it is asked why, and it stands in the access log."""
    add_operator(app.database, f"one-{role}", PASSWORD, role, app.clock.now())
    browser.log_in(f"one-{role}")
    job = failed(queue)
    queue.enqueue(errands.done, "waiting", description="text_send 01K")
    for path in CHANGES:
        for headers in (SAME_ORIGIN, {"Origin": PUBLIC_URL}, {"Sec-Fetch-Site": "cross-site"}, {}):
            answer = browser.client.post(f"/ops/jobs/{path.format(job=job.id)}", headers=headers)
            assert (answer.status_code, "To the switches" in answer.text) == (403, True), path
    assert (job.get_status(refresh=True), queue.count, queue.failed_job_registry.count) == ("failed", 1, 1)


def test_no_get_changes_anything(operator: Browser, queue: Queue) -> None:
    job = failed(queue)
    for method in ("GET", "HEAD"):
        assert operator.client.open("/ops/jobs/requeue/texts", method=method, headers=SAME_ORIGIN).status_code == 403
    assert job.get_status() == "failed"
    for path in CHANGES[1:]:
        assert operator.open(f"/ops/jobs/{path.format(job=job.id)}", headers=SAME_ORIGIN).status_code in (404, 405)


def test_its_pages_offer_nothing_that_is_refused_and_lead_back(operator: Browser, queue: Queue) -> None:
    job = failed(queue)
    hidden = operator.open("/static/jobs.css").text
    for path in ("", "0/view/workers", "0/view/jobs/texts/failed/8/asc/1", "0/view/jobs/texts/queued/8/asc/1", f"0/view/job/{job.id}"):
        page = operator.open(f"/ops/jobs/{path}").text
        assert "/static/jobs.css" in page
        assert 'href="/ops/switches"' in page
        assert not [button for button in re.findall(r'id="([\w-]+-btn)"', page) if f"#{button}" not in hidden]


@pytest.mark.parametrize("path", ["", "0/view/workers", "0/view/jobs/texts/failed/8/asc/1"])
def test_every_file_that_its_pages_ask_for_is_there(operator: Browser, path: str) -> None:
    asked = re.findall(r'<(?:link|script)[^>]* (?:href|src)="([^"]+)"', operator.open(f"/ops/jobs/{path}").text)
    assert len(asked) >= 6
    assert {file: operator.open(file).status_code for file in asked} == dict.fromkeys(asked, 200)


def test_the_list_of_pages_that_a_get_may_ask_for_is_complete(app: App) -> None:
    """A later version of the dashboard shows here what it adds."""
    rules = [rule for rule in create_app(app).url_map.iter_rules() if rule.endpoint.startswith("rq_dashboard.")]
    assert {rule.endpoint for rule in rules if "GET" in (rule.methods or ())} - READING == {"rq_dashboard.requeue_all"}
    changing = {rule.endpoint.removeprefix("rq_dashboard.") for rule in rules if "POST" in (rule.methods or ())}
    assert changing == {"delete_job_view", "requeue_job_view", "requeue_all", "empty_queue", "compact_queue"}


def test_a_stranger_does_not_touch_either(browser: Browser, queue: Queue) -> None:
    job = failed(queue)
    answer = browser.client.post(f"/ops/jobs/job/{job.id}/delete", headers=SAME_ORIGIN)
    assert (answer.status_code, answer.location) == (303, "/ops/login?next=/ops/jobs&told=not-done")
    assert job.get_status(refresh=True) == "failed"


@pytest.mark.parametrize(
    "path",
    [
        "0/view/job/gone",
        "0/data/job/gone.json",
        "7/view/workers",
        "0/data/jobs/texts/nonsense/8/asc/1.json",
        "0/data/jobs/texts/failed/x/asc/1.json",
    ],
)
def test_what_is_gone_is_said_kindly(operator: Browser, path: str) -> None:
    assert operator.open(f"/ops/jobs/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "0/view/jobs/%27);alert(1);(%27/queued/8/asc/1",
        "0/view/jobs/texts/queued%27);alert(1);(%27/8/asc/1",
        "0/view/jobs/texts/queued/8/asc%22;alert(1);%22/1",
        "0/view/job/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "0/data/jobs/%3Cb%3E/queued/8/asc/1.json",
        "0/data/jobs/texts/queued/0/asc/1.json",
        "0/data/jobs/texts/queued/8/asc/99999999999999999999.json",
        "0/data/jobs/texts/queued/99999999999999999999/asc/1.json",
        "0/data/jobs/texts/queued/8/asc/x.json",
    ],
)
def test_what_an_address_says_reaches_no_script_and_no_redis(operator: Browser, queue: Queue, path: str) -> None:
    queue.enqueue(errands.done, "waiting")
    answer = operator.open(f"/ops/jobs/{path}")

    assert (answer.status_code, "Nothing here" in answer.text) == (404, True)
    assert "alert" not in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_dashboard_alone_has_a_policy_of_its_own(operator: Browser, queue: Queue) -> None:
    headers = operator.open("/ops/jobs/").headers
    assert "'unsafe-inline' 'unsafe-eval'" in headers["Content-Security-Policy"]
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert "http" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["", "0/view/workers", "0/data/queues.json"])
@pytest.mark.parametrize(("url", "title"), [("redis://127.0.0.1:1", "Redis is away"), ("", "No Redis")])
def test_without_redis_a_page_says_so(app: App, browse: Callable[..., Browser], clock: HandClock, url: str, title: str, path: str) -> None:
    browser = browse(build(app.settings.model_copy(update={"redis_url": url}), clock))
    assert browser.open(f"/ops/jobs/{path}").status_code == 303
    browser.log_in()
    page = browser.open(f"/ops/jobs/{path}")
    assert (page.status_code, title in page.text) == (503, True)
    assert browser.inside
