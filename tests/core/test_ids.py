import re

from marketplace.core.ids import new_id, new_number


def test_ids_sort_by_the_time_of_their_making():
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert {i.version for i in ids} == {7}


def test_numbers_can_be_read_out():
    assert re.fullmatch(r"AT(-[0-9A-HJKMNP-TV-Z]{4}){3}", new_number("AT"))
    assert len({new_number("AT") for _ in range(200)}) == 200
