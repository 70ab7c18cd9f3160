"""Chapter seven, second part: the job whose worker was killed in chapter two. Other chapters went on meanwhile."""

import pytest

from tests.browser.story.test_2_studio import credits_of, finish

pytestmark = pytest.mark.browser


class TestTheJobOfTheKilledWorker:
    def test_it_was_done_by_another_and_nothing_is_charged_twice(self, artist, running_shop, story):
        job = story["interrupted_job"]
        artist.open("/studio")
        finish(artist, running_shop, job)
        assert credits_of(artist) == story["credits_after_it"]
        assert len(running_shop.rows("select 1 from generation_generationoutput where job_id = %s", job)) == 4
        running_shop.manage("check_ledger")
