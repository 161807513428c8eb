"""Where the time of one call to the hook goes, step by step.

Requests of `script/bench hook` go through the product in this process, one after another, with a
watch on each step. What a step shows is its own time: what the steps within it took is theirs. One
at a time, a commit is not shared; under load up to eight calls share one.

    python -m bench.waterfall < JSON     with `path`, `secret`, `client_id`; prints one JSON object
"""

import io
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from app import create_app
from bench.ready import signed_requests

CALLS = 400
WARM_UP_CALLS = 100
BETWEEN = "between the steps"
REST = "Flask: routing, hooks, the answer as it leaves"
VIEW = "referrals_api.offer"
STEPS = {
    "app.referrals.api:receive": "size, type, headers",
    "app.accounts.clients:_read": "signature",
    "app.referrals.api:check_can_keep": "may we keep it: disk, pause, deadline",
    "app.referrals.payloads:read_json": "read the body: JSON",
    "app.referrals.payloads:validated": "read the body: each member",
    "app.routing.placing:screen_or_return": "screen",
    "app.routing.placing:locate": "find the area",
    "app.routing.placing:find_route": "find who covers it",
    "app.journey:place_call": "signs of the call",
    "app.vault.sealing:NewKey.__init__": "seal: a key of its own",
    "app.vault.sealing:seal_with": "seal: what was told, and the message",
    "app.referrals.intake:rows_of": "rows: referral, state, trail, clock",
    "app.referrals.intake:message_row": "rows: the message",
    "app.routing.placing:Placed.screening_row": "rows: the screening",
    "app.foundation.group_commit:bound": "values for the driver",
    "app.foundation.group_commit:run_durably": "write and commit",
    "app.foundation.group_commit:Group.write": "stand in line to write",
}
"""What is watched (module and name) and what it does for the work."""


class Watch:
    """Adds up what each step took by itself, call by call."""

    def __init__(self) -> None:
        self.calls: list[dict[str, float]] = []
        self._inner: list[float] = []

    def watched(self, step: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """The same act; the watch runs while it does."""

        @wraps(act)
        def timed(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            self._inner.append(0.0)
            try:
                return act(*args, **kwargs)
            finally:
                took, inner = time.perf_counter() - start, self._inner.pop()
                self.calls[-1][step] += took - inner
                if self._inner:
                    self._inner[-1] += took

        return timed

    def begin_call(self) -> None:
        """What is watched from here on is of the next call."""
        self.calls.append(defaultdict(float))

    def microseconds(self) -> dict[str, int]:
        """Each step's median over the calls, the most costly first."""
        steps = {step for call in self.calls for step in call}
        medians = {step: round(1e6 * statistics.median(call[step] for call in self.calls)) for step in steps}
        return dict(sorted(medians.items(), key=lambda entry: -entry[1]))


def put_watches_on(watch: Watch) -> None:
    """Each step is watched where the hook finds it; one that is not there ends the benchmark."""
    for place, step in STEPS.items():
        module, _, name = place.partition(":")
        owner: Any = import_module(module)
        *outer, last = name.split(".")
        for one in outer:
            owner = getattr(owner, one)
        setattr(owner, last, watch.watched(step, getattr(owner, last)))


def environ_of(raw: bytes) -> dict[str, Any]:
    """A request as a server hands it to Flask."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": first.split()[1],
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": headers.pop("content-type"),
        "CONTENT_LENGTH": headers.pop("content-length"),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()},
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }


def send(app: Callable[..., Any], environ: dict[str, Any]) -> None:
    """One request through the app; anything but a 201 spoils the measure."""
    said: list[str] = []
    answer = app(environ, lambda status, _: said.append(status))
    b"".join(answer)
    answer.close()
    if not said[0].startswith("201"):
        raise SystemExit(f"The hook answered {said[0]}, not 201.")


def main() -> None:
    served = json.load(sys.stdin)
    watch = Watch()
    app = create_app()
    put_watches_on(watch)
    app.view_functions[VIEW] = watch.watched(BETWEEN, app.view_functions[VIEW])
    whole = watch.watched(REST, app.wsgi_app)
    for raw in signed_requests(WARM_UP_CALLS + CALLS, **served):
        environ = environ_of(raw)
        watch.begin_call()
        send(whole, environ)
    watch.calls = watch.calls[WARM_UP_CALLS:]
    steps = watch.microseconds()
    print(json.dumps({"microseconds": steps, "sum": sum(steps.values())}))


if __name__ == "__main__":
    main()
