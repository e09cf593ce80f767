"""Carries webhooks: timeouts, retries and their tuning in the URL's fragment, as both providers have them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ReadTimeoutError

from ivr.model.ports import Clock
from ivr.sandbox.numbers import refuse_elsewhere
from ivr.sandbox.records import Exchange

Sign = Callable[[str, str, Mapping[str, str]], dict[str, str]]
_POOL = 64


@dataclass(frozen=True, slots=True)
class Rules:
    """How patient a provider is: seconds, retries, and on what: ct (connect), rt (no answer in time), 4xx, 5xx, all."""

    connect_s: float
    retries: int
    retry_on: frozenset[str]

    def tuned(self, fragment: str) -> "Rules":
        """With the `#ct=…&rc=…&rp=…` of a URL applied. Sources: both vendors' pages on webhook connection overrides."""
        wishes = dict(parse_qsl(fragment))
        return Rules(
            connect_s=int(wishes["ct"]) / 1000 if "ct" in wishes else self.connect_s,
            retries=min(int(wishes.get("rc", self.retries)), 5),
            retry_on=frozenset(wishes["rp"].split(",")) if "rp" in wishes else self.retry_on,
        )


class Courier:
    """Posts forms and JSON and reports every try; never follows a redirect, never leaves this machine."""

    def __init__(self, clock: Clock, timeout_s: float) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._pool = urllib3.PoolManager(num_pools=8, maxsize=_POOL, retries=False)

    def deliver(self, operation: str, method: str, url: str, params: Mapping[str, str], sign: Sign, rules: Rules) -> list[Exchange]:
        """Every try, the last one deciding. `sign` is asked again for each: providers use a fresh nonce."""
        bare, _, fragment = url.partition("#")
        refuse_elsewhere(bare)
        rules = rules.tuned(fragment)
        tries: list[Exchange] = []
        for attempt in range(1 + rules.retries):
            plan = Exchange(operation, bare, params, self._clock.now(), attempt)
            tries.append(self._try(method, plan, fragment, sign, rules))
            if not _again(tries[-1], rules.retry_on):
                break
        return tries

    def _try(self, method: str, plan: Exchange, fragment: str, sign: Sign, rules: Rules) -> Exchange:
        form = urlencode(plan.params)
        url = plan.url if method == "POST" else f"{plan.url}{'&' if urlsplit(plan.url).query else '?'}{form}"
        headers = sign(method, url, plan.params if method == "POST" else {})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = form.encode() if method == "POST" else None
        return self._asked(method, url, body, headers, plan, self._patience(fragment, rules))

    def post_json(
        self, operation: str, url: str, body: bytes, headers: Mapping[str, str], told: Mapping[str, str], wait_s: float
    ) -> Exchange:
        """One try with a body that is sent byte for byte; `told` is what the exchange shows of it. Further tries are the sender's."""
        plan = Exchange(operation, refuse_elsewhere(url), told, self._clock.now(), 0)
        patience = urllib3.Timeout(total=min(wait_s, self._timeout_s))
        return self._asked("POST", url, body, {**headers, "Content-Type": "application/json"}, plan, patience)

    def _asked(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], plan: Exchange, patience: urllib3.Timeout
    ) -> Exchange:
        try:
            answer = self._pool.request(method, url, body=body, headers=headers, timeout=patience, redirect=False)
        except (NewConnectionError, ConnectTimeoutError):
            return replace(plan, error="connect")
        except ReadTimeoutError:
            return replace(plan, error="timeout")
        except HTTPError:
            return replace(plan, error="reset")
        text = answer.data.decode("utf-8", "replace")
        return replace(plan, status=answer.status, content_type=answer.headers.get("Content-Type", ""), body=text)

    def _patience(self, fragment: str, rules: Rules) -> urllib3.Timeout:
        wish = dict(parse_qsl(fragment)).get("rt")
        read_s = min(int(wish) / 1000, self._timeout_s) if wish else self._timeout_s
        return urllib3.Timeout(connect=min(rules.connect_s, self._timeout_s), read=read_s)


def _again(exchange: Exchange, retry_on: frozenset[str]) -> bool:
    match exchange.error:
        case "connect":
            kinds = {"ct"}
        case "timeout" | "reset":
            kinds = {"rt"}
        case _:
            kinds = {f"{exchange.status // 100}xx"} if not exchange.ok else set()
    return bool(kinds) and bool(retry_on & (kinds | {"all"}))
