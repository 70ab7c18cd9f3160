"""The program writes the two tables that it states, the same ones for the same seed, with nothing of the product."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .__main__ import main
from .catalogue import read_works
from .invented_works import invented_works


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("works") / "works.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(work) + "\n" for work in invented_works(600))
    return path


def simulate(works: Path, folder: Path, *arguments: str, hash_seed: str = "0") -> tuple[bytes, bytes]:
    folder.mkdir()
    outputs = folder / "interactions.tsv", folder / "items.tsv"
    subprocess.run(
        [
            *(sys.executable, "-m", "tests.simulator", "--works", str(works), "--users", "40", *arguments),
            *("--interactions", str(outputs[0]), "--items", str(outputs[1])),
        ],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        stdout=subprocess.DEVNULL,
    )
    return outputs[0].read_bytes(), outputs[1].read_bytes()


def test_a_seed_gives_the_same_files_and_another_seed_others(works: Path, tmp_path: Path) -> None:
    first = simulate(works, tmp_path / "first", "--seed", "3")
    assert simulate(works, tmp_path / "again", "--seed", "3", hash_seed="99") == first
    other = simulate(works, tmp_path / "other", "--seed", "4")
    assert other[0] != first[0]
    assert other[1] != first[1]


def test_the_tables_have_the_stated_columns(works: Path, tmp_path: Path) -> None:
    interactions, items = (
        [line.split("\t") for line in table.decode().removesuffix("\n").split("\n")]
        for table in simulate(works, tmp_path / "tables")
    )
    assert interactions.pop(0) == ["user", "item", "rating", "timestamp"]
    assert items.pop(0) == ["item", "text"]
    assert {len(row) for row in interactions} == {4}
    assert {len(row) for row in items} == {2}
    assert len({row[0] for row in interactions}) == 40
    assert {row[2] for row in interactions} == set("12345")
    assert [row[3] for row in interactions] == sorted((row[3] for row in interactions), key=int)
    # Exactly the works that anyone touched have a text.
    assert {row[0] for row in items} == {row[1] for row in interactions}
    assert len({row[0] for row in items}) == len(items)


def test_a_text_has_title_and_medium_and_about_three_in_five_subjects(works: Path, tmp_path: Path) -> None:
    records = {f"w{work['id']}": work for work in read_works(works)}
    lines = simulate(works, tmp_path / "texts")[1].decode().splitlines()[1:]
    kept = carried = 0
    for item, text in (line.split("\t") for line in lines):
        assert text.startswith(records[item]["title"].replace("\t", " "))
        assert (records[item]["medium"] or "") in text
        names = [path[-1] for path in records[item]["subjects"]]
        carried += len(names)
        kept += sum(name in text for name in names)
    assert carried > 500
    assert 0.5 < kept / carried < 0.7


def test_a_sample_has_only_so_many_works(works: Path, tmp_path: Path) -> None:
    items = simulate(works, tmp_path / "sample", "--sample", "150")[1]
    assert 100 < len(items.splitlines()) - 1 <= 150


def test_too_few_works_are_refused(works: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = tmp_path / "interactions.tsv", tmp_path / "items.tsv"
    with pytest.raises(SystemExit) as end:
        main(f"--works {works} --sample 99 --interactions {outputs[0]} --items {outputs[1]}".split())
    assert end.value.code == 2
    assert "99 works are too few" in capsys.readouterr().err
    assert not outputs[0].exists()


def test_the_simulator_loads_nothing_of_the_product() -> None:
    program = (
        "import sys, tests.simulator.__main__, tests.simulator.people; "
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('django', 'marketplace', 'generation', 'recommendations', 'billing')])"
    )
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]"


def test_a_shape_says_which_columns_there_are_and_a_scale_how_many_people(works, tmp_path):
    interactions, _ = simulate(works, tmp_path / "articles", "--shape", "articles", "--sample", "300")
    lines = interactions.decode().splitlines()
    assert lines[0] == "user\titem"
    assert len({line.split("\t")[0] for line in lines[1:]}) == 40


def test_shuffled_times_are_those_of_other_interactions(works, tmp_path):
    plain, _ = simulate(works, tmp_path / "plain")
    shuffled, _ = simulate(works, tmp_path / "shuffled", "--shuffle-times")
    before, after = ([line.rsplit("\t", 1) for line in text.decode().splitlines()] for text in (plain, shuffled))
    assert [row[0] for row in before] == [row[0] for row in after]
    assert [row[1] for row in before] != [row[1] for row in after]
    assert sorted(row[1] for row in before) == sorted(row[1] for row in after)
