"""Exported prints form a folder that our own readers take for fingerprints."""

from pathlib import Path

from datasets.importing import list_people
from datasets.protocols.fvc import read_database
from datasets.synthetic.export import main


def test_export_is_read_as_a_database_of_prints(tmp_path: Path) -> None:
    main([str(tmp_path / "invented"), "--fingers", "2", "--impressions", "2", "--seed", "1"])
    database = read_database(tmp_path / "invented")
    assert [(print_.finger, print_.impression) for print_ in database.prints] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]
    assert len(list(list_people(tmp_path / "invented"))) == 2
