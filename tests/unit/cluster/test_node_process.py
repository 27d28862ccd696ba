"""What a cluster's processes are started with, and what keeps them from being started."""

import pytest

from cluster.addresses import own_name
from cluster.errors import ClusterNotConfigured
from cluster.node_process import command
from cluster.ray_connection import SLOT, environment
from core.settings import Settings

TOKEN = "0123456789abcdef" * 2


def chosen(**values: str) -> Settings:
    given = {"cluster_address": "10.0.0.1:6390", "cluster_host": "10.0.0.2", "cluster_token": TOKEN}
    return Settings.model_validate({**given, **values})


def test_a_head_listens_where_the_others_look_for_it() -> None:
    line = command(chosen(cluster_host="10.0.0.1"), head=True)
    assert line[line.index("--port") + 1] == "6390"
    assert line[line.index("--node-ip-address") + 1] == "10.0.0.1"
    assert line[line.index("--include-dashboard") + 1] == "False"
    assert any(SLOT in part for part in line)
    assert not any(SLOT in part for part in command(chosen(), head=True, with_shards=False))


def test_a_node_goes_to_the_head() -> None:
    line = command(chosen(), head=False)
    assert line[line.index("--address") + 1] == "10.0.0.1:6390"
    assert line[line.index("--node-ip-address") + 1] == "10.0.0.2"


@pytest.mark.parametrize("token", ["", "short"])
def test_no_cluster_without_a_secret(token: str) -> None:
    with pytest.raises(ClusterNotConfigured, match="NISHAN_CLUSTER_TOKEN"):
        environment(chosen(cluster_token=token))
    assert environment(chosen())["RAY_AUTH_MODE"] == "token"


@pytest.mark.parametrize("host", ["", "somewhere", "0.0.0.0", "127.0.0.1"])
def test_an_address_that_others_cannot_reach_is_refused(host: str) -> None:
    with pytest.raises(ClusterNotConfigured, match="NISHAN_CLUSTER_HOST"):
        own_name(chosen(cluster_host=host))


def test_a_head_on_loopback_cannot_be_joined_from_elsewhere() -> None:
    with pytest.raises(ClusterNotConfigured, match="both"):
        command(chosen(cluster_address="127.0.0.1:6390"), head=False)


@pytest.mark.parametrize("host", ["", "127.0.0.1", "127.0.0.7"])
@pytest.mark.parametrize("head", [True, False])
def test_on_one_machine_everything_is_at_the_address_where_ray_listens_on_loopback_alone(
    host: str, head: bool
) -> None:
    line = command(chosen(cluster_address="127.0.0.3:6390", cluster_host=host), head=head)
    assert line[line.index("--node-ip-address") + 1] == "127.0.0.1"
    assert line[line.index("--node-name") + 1] == (host or "127.0.0.1")
    assert head or line[line.index("--address") + 1] == "127.0.0.1:6390"
    assert "--min-worker-port" not in line


@pytest.mark.parametrize("head", [True, False])
def test_on_several_machines_a_firewall_can_name_every_port(head: bool) -> None:
    line = command(chosen(), head=head)
    ports = [int(line[place + 1]) for place, part in enumerate(line) if part.endswith("-port")]
    assert sorted(ports) == [6390] * head + [6391, 6392, 6393, 6394, 6395, 6396, 6400, 6589]
    assert "--no-monitor" in line or not head


def test_a_head_must_be_named() -> None:
    with pytest.raises(ClusterNotConfigured, match="NISHAN_CLUSTER_ADDRESS"):
        command(chosen(cluster_address=""), head=False)
