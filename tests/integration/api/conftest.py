"""The API as a real HTTP server of this test process, with accounts of two states, on real parts."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.lifespan import Parts
from core.settings import Settings
from enroll.parts import WorkerParts
from enroll.processing import process
from records.access import Role
from records.accounts import UsernameTaken, create_account
from records.enrolments import EnrolmentStatus
from records.image_store import ImageStore
from tests.integration.api.requests import enrol_request

PASSWORD = "a passphrase for tests only"


@dataclass
class Api:
    """A running server and what tests do with it."""

    base_url: str
    parts: Parts
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    def client(self, username: str) -> httpx.Client:
        """A client signed in as ``role`` + state code, such as ``station29``; 'auditor' has no state."""
        if username not in self.clients:
            self.create_account(username)
            credentials = {"username": username, "password": PASSWORD}
            answer = httpx.post(f"{self.base_url}/v1/tokens", json=credentials, timeout=30)
            answer.raise_for_status()
            headers = {"Authorization": f"Bearer {answer.json()['token']}"}
            self.clients[username] = httpx.Client(base_url=self.base_url, headers=headers, timeout=120)
        return self.clients[username]

    def create_account(self, username: str) -> None:
        """Create the account that a name like ``station29`` describes, unless it is there."""
        role, state = Role(username.rstrip("0123456789")), username[-2:] if username[-1].isdigit() else None
        station = f"{state}0101" if role is Role.STATION else None
        with suppress(UsernameTaken), self.parts.database.transaction() as session:
            create_account(session, username, PASSWORD, f"Test {username}", role, state, station)

    def anonymous(self) -> httpx.Client:
        """A client that is not signed in."""
        return httpx.Client(base_url=self.base_url, timeout=120)

    def enrol(self, username: str, reference: str, files: dict[str, bytes], **record: object) -> str:
        """Enrol, process and return the new person's id."""
        state = username[-2:]
        answer = self.client(username).post(
            "/v1/enrolments", files=enrol_request(reference, files, state=state, **record)
        )
        assert answer.status_code == 202, answer.text
        enrolment_id = answer.json()["id"]
        assert self.process(enrolment_id) is EnrolmentStatus.COMPLETE
        done = self.client(username).get(f"/v1/enrolments/{enrolment_id}").json()
        self.catch_up()
        return str(done["person_id"])

    def process(self, enrolment_id: str) -> EnrolmentStatus:
        """Do what a worker does with an accepted enrolment."""
        from uuid import UUID

        parts = self.parts
        worker = WorkerParts(parts.database, parts.images, parts.engines, parts.gallery, parts.follower)
        return process(worker, UUID(enrolment_id))

    def look_through(self, video_id: str) -> None:
        """Do what a worker does with an accepted video."""
        from uuid import UUID

        from core.errors import InputRejected
        from enroll.video_processing import give_up_video, process_video

        parts = self.parts
        worker = WorkerParts(parts.database, parts.images, parts.engines, parts.gallery, parts.follower)
        try:
            process_video(worker, UUID(video_id))
        except InputRejected as problem:
            give_up_video(parts.database, UUID(video_id), problem.code, problem.message)

    def catch_up(self) -> None:
        """Bring the gallery to the present."""
        with self.parts.database.transaction() as session:
            self.parts.follower.catch_up(session)


@pytest.fixture(scope="module")
def api(service_settings: Settings, image_store: ImageStore, models_ready: Path) -> Iterator[Api]:
    """The server; one per test module, with a database of its own."""
    with serve(service_settings) as running:
        _wait_until_ready(running)
        yield running


@contextmanager
def serve(settings: Settings) -> Iterator[Api]:
    """Run the application on a free port until the block ends."""
    app = create_app(settings)
    # as the service's own, made from a descriptor: asyncio then knows it for TCP, and holds nothing back
    listening = socket.socket(fileno=socket.create_server(("127.0.0.1", 0)).detach())
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    running = Api(f"http://127.0.0.1:{listening.getsockname()[1]}", app.state.parts)
    try:
        yield running
    finally:
        for client in running.clients.values():
            client.close()
        server.should_exit = True
        thread.join(30)


def _wait_until_ready(running: Api) -> None:
    with running.anonymous() as client:
        for _ in range(600):
            try:
                answer = client.get("/health/ready")
            except httpx.TransportError:
                continue
            if answer.is_success:
                return
            threading.Event().wait(0.1)
    raise AssertionError(f"not ready: {answer.text}")
