"""The constants of a gallery on many machines; each with its reason."""

from dataclasses import dataclass

from records.gallery_feed import SUBJECT_RANGES


@dataclass(frozen=True)
class ClusterParameters:
    """Constants of placement, scattering and supervision.

    Attributes:
        ranges: Parts into which people are divided by their ids (as the feed does it); a shard holds some
            of them. With 64, shards of up to 16 differ by a quarter at most, and a part that moves is 1.6 %
            of the gallery. Never changed once a gallery is placed.
        hedge_s: A shard's other replica is asked too when the first has not answered for so long. An actor
            call takes 0.5 ms and a search of a million faces 40 ms: 0.15 s is no ordinary answer.
        hedge_times_p95: Where ordinary answers take longer, the wait is this many times the 95th percentile
            of the last ones, so that a large gallery is not searched twice for nothing.
        latencies_kept: How many of the last answers that percentile is taken over.
        deadline_s: After so long a shard that has not answered counts as missing. Marks among a million
            people take seconds; a machine that is lost is noticed long before.
        look_s: Seconds between two looks at nodes, actors and the placement.
        status_s: How long an actor may take to say how it is.
        silent_s: A replica that has not said for so long how it is, is made anew. It says how it is while
            it still reads its part.
        starting_s: The same for one that has not said anything since it was started, which takes two
            seconds, on a machine where everything starts at once and other work goes on forty.
        divided_anew_s: A shard lets go of ranges that were given to another only after so long, while
            gateways learn of it; one that learns later is told and looks at once.
        proposed_s: A shard holds what it is to hold by a placement that is not in force yet until it was
            not told so for so long: then the gateway that was about to change the placement is gone.
        leftovers_s: Snapshots that no process of a machine holds are removed when every shard is where it
            shall be, or after so long: until then one of its shards may come back and start from them.
        searches_at_once: Threads of a shard's actor that search.
        gateway_patience_s: How long a search waits for the gateway of its machine when that starts again;
            it takes about four seconds.
        call_s: How long a search waits for the gateway's answer; beyond any deadline of the gateway's own.
        least_gain: A replica is moved to an emptier node only when that node has this many fewer.
        health_period_ms, health_misses, health_timeout_ms: How Ray notices a node that hangs: after about
            1.5 s here (its defaults: 15 s).
        reconnect_s: How long nodes and gateways go on without the head before they end; the head's store
            survives its restart, so that they may wait.
        await_head_s: Seconds between two attempts to reach a head that is not there yet.
        first_worker_port, worker_ports: Shards and gateways of a machine listen on that many ports from the
            head's and so many on: more than a machine has shards and gateways.
        object_store_bytes: Shared memory of a node; searches are small and need none of it.
    """

    ranges: int = SUBJECT_RANGES
    hedge_s: float = 0.15
    hedge_times_p95: float = 2.0
    latencies_kept: int = 200
    deadline_s: float = 20.0
    look_s: float = 1.0
    status_s: float = 2.0
    silent_s: float = 30.0
    starting_s: float = 180.0
    divided_anew_s: float = 5.0
    proposed_s: float = 30.0
    leftovers_s: float = 300.0
    searches_at_once: int = 8
    gateway_patience_s: float = 15.0
    call_s: float = 60.0
    least_gain: int = 2
    health_period_ms: int = 500
    health_misses: int = 3
    health_timeout_ms: int = 1000
    reconnect_s: int = 86_400
    await_head_s: float = 0.2
    first_worker_port: int = 10
    worker_ports: int = 190
    object_store_bytes: int = 80_000_000


CLUSTER = ClusterParameters()
