"""The environment Ray runs in, and joining a cluster from a process of ours; only here and beside is Ray."""

import ipaddress
import logging
import os
from collections.abc import Mapping

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


def own_address(settings: Settings) -> str:
    """Return the address of this machine in the cluster's network.

    Raises:
        ClusterNotConfigured: it is missing, or one that other machines cannot reach.
    """
    try:
        address = ipaddress.ip_address(settings.cluster_host)
    except ValueError:
        raise ClusterNotConfigured(
            "Set NISHAN_CLUSTER_HOST to this machine's address in the private network of the cluster."
        ) from None
    if address.is_unspecified or str(address) == "127.0.0.1":
        raise ClusterNotConfigured(
            "NISHAN_CLUSTER_HOST must be one address of this machine. To try a cluster on one machine, use "
            "127.0.0.2, 127.0.0.3 and so on: Ray takes 127.0.0.1 for whatever network card it finds first."
        )
    return str(address)


def join(settings: Settings, variables: Mapping[str, str]) -> None:
    """Make this process one that asks the cluster's shards.

    Raises:
        ClusterNotConfigured: Ray is not installed.
        ConnectionError: the head, or a node on this machine, is not there yet.
    """
    os.environ |= variables
    try:
        import ray
    except ModuleNotFoundError:
        raise ClusterNotConfigured(
            "Ray is not installed: install requirements-cluster.lock on every machine of the cluster."
        ) from None
    ray.init(
        address=settings.cluster_address,
        namespace=NAMESPACE,
        _node_ip_address=own_address(settings),
        log_to_driver=False,
        logging_level=logging.ERROR,
    )


def leave() -> None:
    """Part from the cluster; shards go on."""
    import ray

    ray.shutdown()
