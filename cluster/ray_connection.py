"""The environment Ray runs in, and joining a cluster from a process of ours; only here and beside is Ray."""

import logging
import os
from collections.abc import Mapping

from cluster.addresses import await_head, head_address, ray_address
from cluster.errors import ClusterNotConfigured
from cluster.parameters import CLUSTER
from core.settings import Settings

NAMESPACE = "nishan"

SLOT = "nishan_shards"
"""Resource of the nodes that shards may live on."""


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables of every process of a cluster: nodes, shards and gateways alike.

    Raises:
        ClusterNotConfigured: there is no token.
    """
    token = settings.cluster_token.get_secret_value()
    if len(token) < 32:
        raise ClusterNotConfigured(
            "Set NISHAN_CLUSTER_TOKEN to the same 32 or more random characters on every machine of the "
            "cluster: whoever has it can run programs there. `openssl rand -hex 32` makes one."
        )
    return {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": token,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "1",
        "RAY_health_check_period_ms": str(CLUSTER.health_period_ms),
        "RAY_health_check_failure_threshold": str(CLUSTER.health_misses),
        "RAY_health_check_timeout_ms": str(CLUSTER.health_timeout_ms),
        "RAY_health_check_initial_delay_ms": "0",
        "RAY_gcs_rpc_server_reconnect_timeout_s": str(CLUSTER.reconnect_s),
    }


def keep_loopback() -> None:
    """Let Ray take 127.0.0.1 for what it is, not for the address of the first network card it finds."""
    from ray._private import services

    services.resolve_ip_for_localhost = lambda host: host


def join(settings: Settings, variables: Mapping[str, str]) -> None:
    """Make this process one that asks the cluster's shards.

    Raises:
        ClusterNotConfigured: Ray is not installed.
        ConnectionError: there is no node on this machine yet.
    """
    os.environ |= variables
    try:
        import ray
    except ModuleNotFoundError:
        raise ClusterNotConfigured(
            "Ray is not installed: install requirements-cluster.lock on every machine of the cluster."
        ) from None
    keep_loopback()
    await_head(settings)
    ray.init(
        address=head_address(settings),
        namespace=NAMESPACE,
        _node_ip_address=ray_address(settings),
        log_to_driver=False,
        logging_level=logging.ERROR,
    )


def leave() -> None:
    """Part from the cluster; shards go on."""
    import ray

    ray.shutdown()
