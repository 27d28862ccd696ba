"""Ray is an optional part: whatever does not hold shards runs without it."""

import subprocess
import sys

WITHOUT_RAY = """
import sys
sys.modules["ray"] = None  # as if it were not installed
import api.lifespan, cluster.gateway_process, cluster.node_process, cluster.opening, enroll.parts
import nishan.commands.cluster, nishan.local_cluster, nishan.supervisor
from cluster.errors import ClusterNotConfigured
from cluster.ray_connection import join
from core.settings import Settings
try:
    join(Settings(cluster_host="127.0.0.2", cluster_address="127.0.0.2:1"), {})
except ClusterNotConfigured as problem:
    print(problem.message)
"""


def test_the_service_runs_without_ray_and_a_gateway_says_that_it_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_RAY], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "requirements-cluster.lock" in done.stdout
