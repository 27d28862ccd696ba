"""What machines of a cluster are called, and the addresses that Ray is told."""

import ipaddress
import socket
import time

from cluster.errors import ClusterNotConfigured
from cluster.parameters import CLUSTER
from core.logging import get_logger
from core.settings import Settings

_LOG = get_logger(__name__)

LOOPBACK = "127.0.0.1"
"""The one address at which Ray's processes listen on loopback alone; at any other they listen on all."""


def own_name(settings: Settings) -> str:
    """Return what this machine is called in the cluster: its address there, or any loopback address.

    Machines at loopback addresses are one machine that plays several.

    Raises:
        ClusterNotConfigured: the address is missing, or the head cannot be reached from there.
    """
    head = _address(settings.cluster_address.rpartition(":")[0])
    own = _address(settings.cluster_host or (LOOPBACK if head and head.is_loopback else ""))
    if own is None or own.is_unspecified:
        raise ClusterNotConfigured(
            "Set NISHAN_CLUSTER_HOST to this machine's address in the private network of the cluster."
        )
    if head is not None and head.is_loopback != own.is_loopback:
        raise ClusterNotConfigured(
            "NISHAN_CLUSTER_ADDRESS and NISHAN_CLUSTER_HOST must both be loopback addresses (one machine "
            "alone) or both addresses in the network of the cluster."
        )
    return str(own)


def ray_address(settings: Settings) -> str:
    """Return the address of this machine as Ray is given it."""
    own = own_name(settings)
    return LOOPBACK if ipaddress.ip_address(own).is_loopback else own


def head_address(settings: Settings) -> str:
    """Return host:port of the head as Ray is given it."""
    host, _, port = settings.cluster_address.rpartition(":")
    head = _address(host)
    return f"{LOOPBACK if head and head.is_loopback else host}:{port}"


def await_head(settings: Settings) -> None:
    """Return once the head listens: Ray's processes that come before it wait for half a minute and end."""
    host, _, port = head_address(settings).rpartition(":")
    told = False
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            if not told:
                _LOG.info("waiting for the head", address=settings.cluster_address)
            told = True
            time.sleep(CLUSTER.await_head_s)
        else:
            return


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
