"""Chapter two: credits, the plan, and pictures."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Response, expect

from tests.browser.person import Person
from tests.running_shop import RunningShop

PAINTINGS = Path(__file__).parents[2] / "data" / "paintings"

pytestmark = pytest.mark.browser


def state_of(shop: RunningShop, job: str) -> str:
    return str(shop.one("select state from generation_generationjob where id = %s", job)["state"])


def _has_seed(answer: Response, seed: int) -> bool:
    return f"seed={seed}&" in f"{answer.request.post_data}&"


def order_pictures(
    artist: Person,
    shop: RunningShop,
    prompt: str,
    *,
    count: int,
    seed: int,
    painting: Path | None = None,
    quality: str = "standard",
) -> tuple[int, str]:
    """Fill in the studio's form and press Generate; returns the price that the page showed and the job's id."""
    artist.open("/studio")
    known = {row["id"] for row in shop.rows("select id from generation_generationjob")}
    page = artist.page
    page.locator("#id_prompt").fill(prompt)
    if painting:
        page.locator("#id_picture").set_input_files(painting)
    page.get_by_label("Size").select_option(label="256 × 256")
    page.get_by_label("Care").select_option(quality)
    page.get_by_role("spinbutton", name="Pictures").fill(str(count))
    if not page.locator("#id_seed").is_visible():
        page.locator("details.more:not(.loras) summary").click()
    # What the whole form costs is asked for when the last field was left.
    with page.expect_response(lambda answer: answer.url.endswith("/quote") and _has_seed(answer, seed)):
        page.locator("#id_seed").fill(str(seed))
        page.locator("#id_seed").blur()
    expect(page.locator("#quote.htmx-request")).to_have_count(0)
    assert re.search("about .*second|about .*minute", page.locator("#quote-seconds").inner_text())
    price = int(re.search(r"\d+", page.locator("#quote-credits").inner_text()).group())
    artist.press("Generate")

    def new_jobs() -> set[object]:
        return {row["id"] for row in shop.rows("select id from generation_generationjob")} - known

    shop.wait_for("the job to be written", lambda: bool(new_jobs()))
    (job,) = new_jobs()
    return price, str(job)


def finish(artist: Person, shop: RunningShop, job: str) -> None:
    """Watch the job's card until its pictures are there."""
    artist.page.locator(f'#job-{job}[data-state="finished"]').wait_for(timeout=240_000)
    assert state_of(shop, job) == "finished"


def credits_of(artist: Person) -> int:
    """What she can spend."""
    artist.open("/credits")
    return int(artist.page.locator("#credits-available").inner_text().replace(",", ""))


class TestCreditsAndStudio:
    def test_the_storefront_brought_her_welcome_credits(self, artist, running_shop):
        assert credits_of(artist) == int(running_shop.settings.get("SIGN_UP_CREDITS", 60))

    def test_she_buys_a_credit_pack(self, artist, running_shop):
        before = credits_of(artist)
        artist.page.get_by_role("button", name=re.compile("^Buy .* for")).first.click()
        artist.pay()
        artist.back_in_the_shop()
        running_shop.wait_for("the pack's credits", lambda: credits_of(artist) > before)
        row = running_shop.one(
            "select sum(e.amount_minor) total from billing_entry e join billing_account a on a.id = e.account_id"
            " join accounts_user u on u.id = a.user_id where u.email = %s and a.currency = 'CREDIT'",
            artist.email,
        )
        assert row["total"] == credits_of(artist)

    def test_she_takes_the_monthly_plan_and_ends_it_with_the_month(self, artist, running_shop):
        before = credits_of(artist)
        artist.press("Take this plan")
        artist.pay()
        artist.back_in_the_shop()
        running_shop.wait_for("the plan's credits", lambda: credits_of(artist) > before)
        artist.sees(re.compile("It renews on"))
        artist.press("End the plan")
        artist.sees(re.compile("It ends on"))
        row = running_shop.one(
            "select s.cancel_at_period_end, s.stripe_subscription_id from billing_plansubscription s"
            " join accounts_user u on u.id = s.user_id where u.email = %s",
            artist.email,
        )
        assert row["cancel_at_period_end"]
        assert row["stripe_subscription_id"].startswith("sub_")

    def test_words_the_model_was_not_taught_are_named_before_anything_is_charged(self, artist, running_shop):
        before = credits_of(artist)
        artist.open("/studio")
        artist.page.locator("#id_prompt").fill("a cat in a spacesuit")
        artist.press("Generate")
        notice = artist.page.locator("#studio-error")
        notice.wait_for()
        assert "cat" in notice.inner_text()
        assert "spacesuit" in notice.inner_text()
        suggestion = notice.locator("[data-use-prompt]").get_attribute("data-use-prompt")
        assert suggestion
        assert credits_of(artist) == before
        assert running_shop.rows("select 1 from generation_generationjob where prompt like '%%spacesuit%%'") == []

    @pytest.mark.parametrize("prompt", ["a beautiful sunset over the sea", "一幅美丽的日落场景"])
    def test_she_generates_pictures_and_pays_what_she_saw(self, artist, running_shop, prompt):
        before = credits_of(artist)
        price, job = order_pictures(artist, running_shop, prompt, count=2, seed=11)
        finish(artist, running_shop, job)
        assert artist.page.locator(f"#job-{job} li.picture img").count() == 2
        assert artist.page.locator(f"#job-{job} progress").count() == 0
        assert before - credits_of(artist) == price
        outputs = running_shop.rows(
            'select seed, width, recipe from generation_generationoutput where job_id = %s order by "index"', job
        )
        assert [o["seed"] for o in outputs] == [11, 12]
        assert outputs[0]["recipe"]["weights_sha256"]

    @pytest.mark.parametrize("painting", ["turner-shipwreck-of-the-minotaur-1810", "monet-water-lilies-1906"])
    def test_she_begins_with_a_painting(self, artist, running_shop, painting):
        file = next(PAINTINGS.glob(f"{painting}*"))
        _price, job = order_pictures(artist, running_shop, "the sea at sunset", count=1, seed=5, painting=file)
        finish(artist, running_shop, job)
        row = running_shop.one("select kind, strength, input_sha256 from generation_generationjob where id = %s", job)
        assert row["kind"] == "image_to_image"
        assert row["input_sha256"]

    def test_progress_shows_by_step_with_a_preview_and_pictures_arrive_one_by_one(self, artist, running_shop):
        _price, job = order_pictures(artist, running_shop, "a forest by day", count=4, seed=21, quality="fine")
        card = artist.page.locator(f"#job-{job}")
        card.get_by_text(re.compile(r"Step \d+ of \d+")).wait_for()
        assert int(card.locator("progress").get_attribute("max")) > 4
        card.locator("img.preview").wait_for()
        arrived = set()

        def all_there() -> bool:
            arrived.add(card.locator("li.picture:not(.missing)").count())
            return 4 in arrived

        running_shop.wait_for("the four pictures", all_there)
        assert arrived & {1, 2, 3}, "they came all at once"
        finish(artist, running_shop, job)

    def test_cancelling_returns_what_was_not_spent(self, artist, running_shop):
        before = credits_of(artist)
        price, job = order_pictures(artist, running_shop, "mountains in the mist", count=4, seed=3)
        artist.page.locator(f"#job-{job}").get_by_role("button", name="Cancel").click()
        running_shop.wait_for("the job to end", lambda: state_of(running_shop, job) in {"cancelled", "finished"})
        delivered = len(running_shop.rows("select 1 from generation_generationoutput where job_id = %s", job))
        running_shop.wait_for("the credits to come back", lambda: before - credits_of(artist) == price * delivered // 4)
        running_shop.manage("check_ledger")

    def test_a_worker_is_killed_in_the_middle_and_replaced(self, artist, running_shop, story):
        # Its job is taken up again when its signs of life are old: chapter 7b looks, and the story goes on meanwhile.
        before = credits_of(artist)
        price, job = order_pictures(artist, running_shop, "snow under a violet sky", count=4, seed=8)
        running_shop.wait_for("the job to begin", lambda: state_of(running_shop, job) != "queued")
        running_shop.kill("generation-worker")
        assert state_of(running_shop, job) != "finished", "it was killed too late"
        story["interrupted_job"], story["credits_after_it"] = job, before - price
