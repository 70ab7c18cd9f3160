"""Files as people have them, and files that cannot be used."""

import numpy as np
import pytest

from recommendations.engine.evaluation.errors import TableUnusable
from recommendations.engine.evaluation.relevance import default_threshold
from recommendations.engine.evaluation.tables import read_table
from tests.recommendations.engine.evaluation.simulated import places


@pytest.fixture
def write(tmp_path):
    def written(text, name="interactions.tsv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return written


def test_columns_come_in_any_order_and_the_last_row_of_a_pair_counts(write):
    table = read_table(
        write(
            "timestamp\tnote\titem\trating\tuser\r\n"
            "100\tx\ti2\t5\tb\r\n"
            "200\tx\ti1\t2.5\ta\r\n"
            "\r\n"
            "300\tx\ti2\t3\tb\r\n"
            "\tx\ti9\t\t日落\r\n"
        )
    )
    known = table.interactions
    assert (table.users, table.items, table.repeated) == (("a", "b", "日落"), ("i1", "i2", "i9"), 1)
    assert known.ratings.toarray().tolist() == [[2.5, 0, 0], [0, 3, 0], [0, 0, 0]]
    assert known.times.toarray().tolist() == [[200, 0, 0], [0, 300, 0], [0, 0, 0]]
    assert known.ratings.dtype == np.float32
    assert known.times.dtype == np.float64
    assert table.positive_from == 2.5  # 3 is the highest: no scale of stars
    assert places(known.positives) == {(0, 0), (1, 1), (2, 2)}  # without a rating it is liked
    assert known.texts is None


def test_without_ratings_everything_is_liked(write):
    table = read_table(write("user\titem\nu\ti\nu\tj\nu\ti\n"))
    assert table.positive_from is None
    assert table.interactions.ratings is None
    assert table.interactions.times is None
    assert table.interactions.positives.toarray().tolist() == [[1, 1]]


def test_the_order_of_lines_changes_nothing(write):
    rows = ["b\ti2\t5", "a\ti1\t4", "c\ti1\t3"]
    tables = [read_table(write("user\titem\trating\n" + "\n".join(lines))) for lines in (rows, list(reversed(rows)))]
    assert tables[0].users == tables[1].users
    assert (tables[0].interactions.ratings != tables[1].interactions.ratings).nnz == 0


@pytest.mark.parametrize(
    ("ratings", "threshold"),
    [([1, 2, 5], 4), ([0.5, 4.5], 4), ([1, 3.5], 4), ([1, 10], 8), ([1, 7], 8), ([0, 1], 1), ([-1, 1], 1), ([1, 1], 1),
     ([5, 5], 5), ([7, 7], 7), ([1, 2, 3], 1), ([3, 4213], 3), ([0, 0.25, 1], 0.25), ([-2, 0], 0)],
)  # fmt: skip
def test_what_counts_as_liked(ratings, threshold):
    assert default_threshold(np.array(ratings, dtype=float)) == threshold


def test_the_threshold_can_be_said(write):
    path = write("user\titem\trating\nu\ti\t3\nu\tj\t2\n")
    assert places(read_table(path, positive_from=3).interactions.positives) == {(0, 0)}
    with pytest.raises(TableUnusable, match=r"No rating of .* is 4 or more") as caught:
        read_table(path, positive_from=4)
    assert "--positive-from" in caught.value.way_out


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("881250949", 881250949), ("1.5", 1.5), ("881250949000", 881250949), ("1997-12-04T15:55:49Z", 881250949),
     ("1997-12-04T15:55:49", 881250949), ("1997-12-04T16:55:49+01:00", 881250949)],
)  # fmt: skip
def test_times(write, written, seconds):
    assert read_table(write(f"user\titem\ttimestamp\nu\ti\t{written}\n")).interactions.times.data.tolist() == [seconds]


def test_texts_belong_to_the_items_that_somebody_met(write):
    interactions = write("user\titem\nu\ti1\nu\ti2\nu\ti3\n")
    items = write('text\titem\n"Sea" at dawn\ti2\nboats\ti2\nboats\ti2\nnobody\tx\n\ti3\n', "items.tsv")
    table = read_table(interactions, items)
    assert table.interactions.texts == ("", '"Sea" at dawn boats', "")
    assert (table.without_text, table.unmet) == (2, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "is empty"), ("user\titem\n", "no rows"), ("user\trating\nu\t5\n", "no column item"),
     ("user\titem\titem\nu\ti\tj\n", "more than one column item"),
     ("user\titem\nu\ti\n\nu\n", "line 4: 1 columns where the header has 2"),
     ("user\titem\nu\ti\nu\t \n", "line 3: the item is empty"),
     ("user\titem\trating\nu\ti\t5\nu\tj\tgood\n", "line 3: the rating “good” is not a number"),
     ("user\titem\trating\nu\ti\tnan\n", "line 2: the rating “nan” is not a number"),
     ("user\titem\trating\nu\ti\tinf\n", "line 2: the rating “inf” is not a number"),
     ("user\titem\ttimestamp\nu\ti\tyesterday\n", "line 2: the timestamp “yesterday” is neither")],
)  # fmt: skip
def test_what_cannot_be_used_is_said_with_its_line(write, text, message):
    with pytest.raises(TableUnusable, match=message) as caught:
        read_table(write(text))
    assert caught.value.way_out


def test_files_that_cannot_be_read(write, tmp_path):
    with pytest.raises(TableUnusable, match="cannot be read: No such file"):
        read_table(tmp_path / "none.tsv")
    with pytest.raises(TableUnusable, match="cannot be read: Is a directory"):
        read_table(tmp_path)
    with pytest.raises(TableUnusable, match="is not UTF-8"):
        read_table(write("user\titem\nü\ti\n", encoding="latin-1"))
    path = write("user\titem\nu\ti\n")
    with pytest.raises(TableUnusable, match="No item of the interactions has a text"):
        read_table(path, write("item\ttext\nother\tsea\n", "items.tsv"))
    with pytest.raises(TableUnusable, match="no column text"):
        read_table(path, write("item\ttitle\ni\tsea\n", "items.tsv"))
    # As spreadsheets write it, with a byte order mark.
    assert read_table(write("\ufeffuser\titem\nu\ti\n")).users == ("u",)
