"""The web application: doors, operations, and what must be alive before the first call is answered."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from carrier.watch import Watch
from desk import api, consents, figures, jobs, rota, technician
from desk import callbacks as desk_callbacks
from desk import transfers as desk_transfers
from firstring import __version__, assembly
from voice import voicemail
from voice.house import House
from voice.media import MAX_MESSAGE
from voice.webhooks import callbacks, calls, media, overflow, pages, rooms, texts, transfers

log = structlog.get_logger()

WATCH_S = 8.0
"""For one look at the database: whoever asks /readyz waits about ten seconds."""


def create(house: House, api_key: str, *, run_engine: bool = True) -> FastAPI:
    """The application around a house. Recognisers load before it answers; the engine runs inside unless told not to."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await house.pool.start()
        if run_engine:
            await house.database.run(assembly.begin, house.company, house.clock())
            house.engine.start()
        listening = asyncio.create_task(voicemail.listen(house), name="voicemail")
        log.info("house.open", recogniser=house.recogniser, lines=house.lines.limit, engine=run_engine)
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            for session in list(house.sessions.values()):
                session.finished.set()
            await asyncio.to_thread(house.engine.stop)
            await house.pool.close()
            house.database.close()
            log.info("house.closed")

    app = FastAPI(title="FirstRing", version=__version__, lifespan=lifespan, docs_url="/docs", redoc_url=None)
    app.state.house = house
    app.state.api_key = api_key
    for router in (calls.router, calls.news, overflow.router):
        app.include_router(router)
    for way in (transfers, rooms):
        app.include_router(way.router)
        app.include_router(way.legs)
    doors = (media, pages, callbacks, texts, api, consents, figures, jobs)
    for room in (*doors, desk_callbacks, desk_transfers, rota, technician):
        app.include_router(room.router)
    _operations(app, house)
    return app


def _operations(app: FastAPI, house: House) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok", "version": __version__}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        """Whether a call would be answered, understood and acted on; what is wrong when not."""
        wrong = await _not_ready(house)
        return JSONResponse({"ready": not wrong, "wrong": wrong}, 503 if wrong else 200)

    @app.get("/metrics", include_in_schema=False)
    async def metrics(_request: Request) -> Response:
        """Figures for Prometheus."""
        await _collect(house)
        return Response(generate_latest(house.figures.registry), media_type=CONTENT_TYPE_LATEST)


async def _not_ready(house: House) -> list[str]:
    wrong = [] if house.pool.ready else ["no recogniser is ready"]
    try:
        return wrong + await asyncio.wait_for(asyncio.to_thread(_watch(house).wrong), WATCH_S)
    except Exception as error:
        log.error("readyz.database", error=type(error).__name__)
        return [*wrong, "the database does not answer"]


def _watch(house: House) -> Watch:
    return Watch(house.database, house.clock, lambda: house.engine.beat)


async def _collect(house: House) -> None:
    figures, stats = house.figures, house.pool.stats()
    figures.recogniser_wait.labels("0.5").set(stats.wait_p50_s)
    figures.recogniser_wait.labels("0.95").set(stats.wait_p95_s)
    figures.recogniser_respawns.set(stats.respawns)
    figures.partials_dropped.set(stats.dropped_partials)
    try:
        figures.overdue.set(await asyncio.wait_for(asyncio.to_thread(_watch(house).overdue), WATCH_S))
    except Exception as error:
        log.error("metrics.database", error=type(error).__name__)
        figures.overdue.set(math.inf)


def serving(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE,
        ws_per_message_deflate=False,  # Twilio offers none
        timeout_graceful_shutdown=10,
    )
