"""What can go wrong between a search and the shards that answer it."""

from core.errors import Conflict, InputRejected, Unavailable


class ShardLoading(Unavailable):
    """This replica is still reading its part of the gallery; another one may be ready."""

    code = "shard_loading"


class RangesNotHeld(Unavailable):
    """The replica does not hold what it was asked to search: the asker knows an older or newer placement."""

    code = "ranges_not_held"


class ShardsUnavailable(Unavailable):
    """Not one shard answered."""

    code = "shards_unavailable"


class GatewayUnavailable(Unavailable):
    """The process that asks the shards cannot be reached."""

    code = "gateway_unavailable"


class ClusterNotConfigured(InputRejected):
    """A cluster command where no cluster is named in the settings, or Ray is not installed."""

    code = "cluster_not_configured"


class ShardsBeingChanged(Conflict):
    """A shard is being added or taken away already."""

    code = "shards_being_changed"


class NoFurtherShard(Conflict):
    """Every range has a shard of its own already."""

    code = "no_further_shard"


class LastShard(Conflict):
    """There is one shard only, and it holds everybody."""

    code = "last_shard"
