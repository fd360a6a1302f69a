"""How the app is asked: its addresses, and what each failure is called in HTTP. Knows no law."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from council_app.desk import Desk
from council_app.incoming import schemas_of
from inclusion_rules import (
    CaseStore,
    InvalidFilesError,
    PinnedLawError,
    RefusedEventError,
    case_as_data,
    case_as_html,
    case_page,
)
from inclusion_rules.records import failures

Work = Callable[[Desk, Request, bytes], Response]
STATUS: dict[type[Exception], int] = {
    failures.UnknownCaseError: 404,
    failures.CaseExistsError: 409,
    PinnedLawError: 409,
    RefusedEventError: 409,
    failures.ErasedCaseError: 410,
    InvalidFilesError: 422,
    failures.RefusedEntryError: 422,
    failures.StoreBusyError: 503,
}


def council_app(place: str | None = None, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Starlette:
    """The app on the store at a place, or where the variable COUNCIL_STORE says; `now` is its clock."""
    place = place or os.environ["COUNCIL_STORE"]
    store = CaseStore.open(place)
    desk = Desk(place, store, schemas_of(store.rulebook), now)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with store:
            yield

    def route(path: str, work: Work, method: str = "GET") -> Route:
        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(answer, work, desk, request, await request.body())

        return Route(path, endpoint, methods=[method])

    routes = [Route(f"/schemas/{kind}", JSONResponse(schema)) for kind, schema in desk.schemas.items()]
    routes += [route(path, show) for path in ("/cases/{id}.json", "/cases/{id}")]
    routes += [route("/notifications", notify, "POST"), route("/cases/{id}/events", record, "POST")]
    routes += [route("/caseload", lambda desk, request, _: JSONResponse(desk.morning(day(desk, request))))]
    return Starlette(routes=routes, lifespan=lifespan, max_body_size=64 * 1024)


def answer(work: Work, desk: Desk, request: Request, body: bytes) -> Response:
    """What some work gives, or what went wrong: in words for whoever asked, as a bare name for the log."""
    try:
        found = work(desk, request, body)
    except tuple(STATUS) as error:
        told: dict[str, object] = {"message": str(error)}
        if isinstance(error, RefusedEventError):
            told |= {"stage": error.stage, "allowed": error.allowed, "why": error.reasons}
        if isinstance(error, InvalidFilesError):
            told["problems"] = [
                {"place": str(one.place), "code": one.code, "message": one.message, "help": one.help}
                for one in error.diagnostics
            ]
        found = JSONResponse(told, next(code for kind, code in STATUS.items() if isinstance(error, kind)))
    except HTTPException:
        raise
    except Exception as error:
        logging.getLogger(__name__).error("an answer failed with %s", type(error).__name__)
        found = JSONResponse({"message": "this should not have happened"}, 500)
    found.headers["cache-control"] = "no-store"
    return found


def notify(desk: Desk, _: Request, body: bytes) -> Response:
    """Open a case."""
    case_id, is_new = desk.open(body)
    return JSONResponse({"id": case_id, "timetable": f"/cases/{case_id}"}, 201 if is_new else 200)


def record(desk: Desk, request: Request, body: bytes) -> Response:
    """Take the next event of a case."""
    as_of = day(desk, request)
    case, is_new = desk.record(request.path_params["id"], body)
    decision = case.decision(desk.store.rulebook, as_of=as_of)
    return JSONResponse({"stage": decision.stage, "next_events": decision.next_events}, 201 if is_new else 200)


def show(desk: Desk, request: Request, _: bytes) -> Response:
    """A case on the day asked about: the library's own page, or its data."""
    case, law = desk.store.load(request.path_params["id"]), desk.store.rulebook
    decision = case.decision(law, as_of=day(desk, request))
    if request.url.path.endswith(".json"):
        return JSONResponse(case_as_data(decision))
    return HTMLResponse(case_as_html(case_page(decision, record=case.record(), rulebook=law)))


def day(desk: Desk, request: Request) -> date:
    """The day asked about with `?as_of=`, else today."""
    asked = request.query_params.get("as_of")
    try:
        return date.fromisoformat(asked) if asked else desk.now().astimezone(ZoneInfo("Europe/London")).date()
    except ValueError:
        raise HTTPException(400, "`as_of` is a day such as 2025-03-24") from None
