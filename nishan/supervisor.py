"""Runs the whole service: starts every part in order, keeps each running, and stops them all."""

import os
import sys
import time

import httpx

from core.settings import Settings, settings
from nishan.announcement import Announcer
from nishan.console_port import local_address, take_port
from nishan.embedded.child import last_lines
from nishan.embedded.parts import EmbeddedParts
from nishan.errors import PartFailed
from nishan.first_start import create_first_accounts, image_key, prepare_stores
from nishan.gate import Gate
from nishan.installation import Installation, read_json
from nishan.kernel_compilation import KernelCompilation
from nishan.loading_patience import LoadingPatience
from nishan.model_files import models_in_place
from nishan.native_threads import thread_limits
from nishan.restarting import RestartingProcess
from nishan.stop_signals import StopRequested, stop_on_signals

_READY_PATIENCE_S = 180.0
_EARLY_ENDS = 3
PROCESSES_STOP_S = 3.0
SERVERS_STOP_S = 2.5
_GLANCE_S = 0.2
_GATEWAY = "gateway"
"""May end again and again until this machine has a node of the cluster, which may be started later."""


class Supervisor:
    """One `nishan up`: from the first check to the end of the last process."""

    def __init__(self, chosen: Settings, announcer: Announcer) -> None:
        self._settings = chosen
        self._announcer = announcer
        self._place = Installation.of(chosen)
        self._parts = EmbeddedParts(None, None)
        self._processes: list[RestartingProcess] = []
        self._environment: dict[str, str] = {}
        self._loaded = -1
        self._gate = Gate()
        self._kernels: KernelCompilation | None = None

    def run(self) -> None:
        """Run until told to stop."""
        self._place.prepare()
        with self._place.held(), take_port(self._settings) as listener, stop_on_signals():
            try:
                self._start(listener.fileno())
                while True:
                    self._watch()
                    time.sleep(_GLANCE_S)
            except StopRequested:
                self._announcer.say("Stopping.")
            finally:
                self._stop()

    def _start(self, listener: int) -> None:
        """Start every part in the order in which each needs the others."""
        models_in_place(self._settings.models_dir, self._announcer)
        self._announcer.say("Starting the database and the object store.")
        self._settle_environment()
        self._kernels = KernelCompilation(self._environment, self._place.logs / "kernels.log")
        self._begin(self._web_processes(listener, self._gate.waiting_end))  # they import meanwhile
        self._parts = EmbeddedParts.of(self._settings, self._place)
        self._parts.start()
        reached = self._settle_environment()
        prepare_stores(reached)
        accounts = create_first_accounts(reached, self._place)
        self._kernels.finish(self._announcer)
        self._announcer.say("Starting the workers and the console.")
        self._begin([*self._gateway(), *self._workers()])
        self._publish()
        self._gate.open()
        self._await_readiness()
        self._announcer.ready(local_address(self._settings), accounts, self._place.accounts_file)
        self._start_demonstration()

    def _settle_environment(self) -> Settings:
        """Fix the settings of all other processes, and return them read the way those will read them."""
        os.environ |= {
            "NISHAN_DATA_DIR": str(self._place.data_dir),
            "NISHAN_MODELS_DIR": str(self._settings.models_dir.absolute()),
            "NISHAN_IMAGE_KEY": image_key(self._settings, self._place),
            **self._parts.environment(),
            **thread_limits(),
        }
        self._environment = dict(os.environ)
        settings.cache_clear()
        return settings()

    def _begin(self, processes: list[RestartingProcess]) -> None:
        for process in processes:
            process.start()
            self._processes.append(process)

    def _workers(self) -> list[RestartingProcess]:
        command = [sys.executable, "-m", "enroll.worker"]
        return [
            RestartingProcess("worker", command, self._place.logs / f"worker-{number}.log", self._environment)
            for number in range(1, self._settings.worker_processes + 1)
        ]

    def _gateway(self) -> list[RestartingProcess]:
        """Return the process that asks the shards of a cluster, where one holds the gallery."""
        if not self._settings.cluster_address:
            return []
        command = [sys.executable, "-m", "cluster.gateway_process"]
        return [RestartingProcess(_GATEWAY, command, self._place.logs / "gateway.log", self._environment)]

    def _web_processes(self, listener: int, gate: int) -> list[RestartingProcess]:
        command = [sys.executable, "-m", "nishan.web_process", str(listener), str(gate)]
        logs = [self._place.logs / f"api-{n}.log" for n in range(1, self._settings.api_processes + 1)]
        return [RestartingProcess("api", command, log, self._environment, (listener, gate)) for log in logs]

    def _start_demonstration(self) -> None:
        if self._settings.demo and read_json(self._place.demonstration_file).get("state") != "complete":
            command = [sys.executable, "-m", "nishan.cli", "demo", "--json"]
            log = self._place.logs / "demonstration.log"
            loader = RestartingProcess("demonstration", command, log, self._environment)
            self._begin([loader])
            self._announcer.loading_demonstration()

    def _await_readiness(self) -> None:
        """Return when an API process says that every part is ready.

        Raises:
            PartFailed: a process ended again and again, or readiness did not come.
        """
        patience = LoadingPatience(_READY_PATIENCE_S, self._announcer)
        problem = "no answer"
        while patience.lasts():
            self._watch()
            for process in self._processes:
                if process.restarts >= _EARLY_ENDS and process.part != _GATEWAY:
                    raise PartFailed(f"The {process.part} process ends again and again: {_why(process)}")
            try:
                answer = httpx.get(
                    f"{local_address(self._settings)}/health/ready", timeout=2, trust_env=False
                )
                if answer.is_success:
                    return
                problem = answer.text[:300]
                patience.heard(problem)
            except httpx.HTTPError as failure:
                problem = str(failure)
            time.sleep(0.1)
        raise PartFailed(f"The service is not ready after {_READY_PATIENCE_S:.0f} s: {problem}")

    def _watch(self) -> None:
        """Start again what ended, and publish the new process ids."""
        changed = self._parts.restart_what_ended()
        for process in list(self._processes):
            if process.part == "demonstration" and self._demonstration_complete():
                process.wait_or_kill(PROCESSES_STOP_S)
                self._processes.remove(process)
                changed = True
            else:
                changed = process.watch() or changed
        if changed:
            self._publish()

    def _demonstration_complete(self) -> bool:
        progress = read_json(self._place.demonstration_file)
        done, total = int(progress.get("done", 0)), int(progress.get("total", 0))
        if done != self._loaded and total:
            self._loaded = done
            self._announcer.demonstration(done, total)
        return progress.get("state") == "complete"

    def _publish(self) -> None:
        own = {name: value for name, value in self._environment.items() if name.startswith("NISHAN_")}
        processes = [{"part": each.part, "pid": each.pid} for each in self._processes if each.pid]
        self._place.write_runtime(
            {
                "address": local_address(self._settings),
                "pid": os.getpid(),
                "processes": [*self._parts.processes(), *processes],
                "restarts": {
                    **self._parts.restarts,
                    **{each.log.stem: each.restarts for each in self._processes},
                },
                "settings": own,
            }
        )

    def _stop(self) -> None:
        """End every process: ours first, since they need the servers to finish what they do."""
        deadline = time.monotonic() + PROCESSES_STOP_S
        if self._kernels:
            self._kernels.stop()
        for process in self._processes:
            process.ask_to_stop()
        for process in self._processes:
            process.wait_or_kill(deadline - time.monotonic())
        self._parts.stop(SERVERS_STOP_S)
        self._gate.close()
        self._place.runtime_file.unlink(missing_ok=True)


def _why(process: RestartingProcess) -> str:
    return f"{last_lines(process.log, 1)} (see {process.log})"
