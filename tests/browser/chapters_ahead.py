"""The chapters of the story that are written and not driven through yet; not collected until they are.

They belong behind `test_story.py`, in this order; the imports and fixtures are those of its beginning.
"""

import hashlib
import re
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.person import DECLINED_CARD, Person
from tests.running_shop import RunningShop

pytestmark = pytest.mark.browser

PAINTINGS = Path(__file__).parents[1] / "data" / "paintings"


@pytest.fixture(scope="module")
def artist(person):
    return person("Mei")


@pytest.fixture(scope="module")
def buyer(person):
    return person("Bruno")


@pytest.fixture(scope="module")
def visitor(person):
    return person("Vera", narrow=True, dark=True)


@pytest.fixture(scope="module")
def story():
    """What one chapter hands to the next: addresses, numbers, files."""
    return {}


def state_of(shop: RunningShop, job: str) -> str:
    return str(shop.one("select state from generation_generationjob where id = %s", job)["state"])


def order_pictures(
    artist: Person, shop: RunningShop, prompt: str, *, count: int, seed: int, painting: Path | None = None
) -> tuple[int, str]:
    """Fill in the studio's form and press Generate; returns the price that the page showed and the job's id."""
    artist.open("/studio")
    known = {row["id"] for row in shop.rows("select id from generation_generationjob")}
    page = artist.page
    page.locator("#id_prompt").fill(prompt)
    if painting:
        page.locator("#id_picture").set_input_files(painting)
    page.locator("#id_count").fill(str(count)) if page.locator("input#id_count").count() else page.locator(
        "#id_count"
    ).select_option(str(count))
    if not page.locator("#id_seed").is_visible():
        page.locator("details.more summary").click()
    page.locator("#id_seed").fill(str(seed))
    page.locator("#id_seed").blur()
    page.wait_for_timeout(1500)
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


class TestTwoCreditsAndThePlan:
    def credits(self, artist) -> int:
        artist.open("/credits")
        return int(artist.page.locator("#credits-available").inner_text().replace(",", ""))

    def test_she_buys_a_credit_pack(self, artist, running_shop):
        before = self.credits(artist)
        artist.page.get_by_role("button", name=re.compile("^Buy .* for")).first.click()
        artist.pay()
        artist.back_in_the_shop()
        running_shop.wait_for("the pack's credits", lambda: self.credits(artist) > before)
        row = running_shop.one(
            "select sum(e.amount_minor) total from billing_entry e join billing_account a on a.id = e.account_id"
            " join accounts_user u on u.id = a.user_id where u.email = %s and e.currency = 'CREDIT'",
            artist.email,
        )
        assert row["total"] == self.credits(artist)

    def test_she_takes_the_monthly_plan_and_ends_it_with_the_month(self, artist, running_shop):
        before = self.credits(artist)
        artist.press("Take this plan")
        artist.pay()
        artist.back_in_the_shop()
        running_shop.wait_for("the plan's credits", lambda: self.credits(artist) > before)
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
        before = self.credits(artist)
        artist.open("/studio")
        artist.page.locator("#id_prompt").fill("a cat in a spacesuit")
        artist.press("Generate")
        notice = artist.page.locator("#studio-error")
        notice.wait_for()
        assert "cat" in notice.inner_text()
        assert "spacesuit" in notice.inner_text()
        suggestion = notice.locator("[data-use-prompt]").get_attribute("data-use-prompt")
        assert suggestion
        assert self.credits(artist) == before
        assert running_shop.rows("select 1 from generation_generationjob where prompt like '%%spacesuit%%'") == []

    @pytest.mark.parametrize("prompt", ["a beautiful sunset over the sea", "一幅美丽的日落场景"])
    def test_she_generates_pictures_and_pays_what_she_saw(self, artist, running_shop, prompt):
        before = self.credits(artist)
        price, job = order_pictures(artist, running_shop, prompt, count=2, seed=11)
        finish(artist, running_shop, job)
        assert artist.page.locator(f"#job-{job} li.picture img").count() == 2
        assert before - self.credits(artist) == price
        outputs = running_shop.rows(
            'select seed, width, recipe from generation_generationoutput where job_id = %s order by "index"', job
        )
        assert [o["seed"] for o in outputs] == [11, 12]
        assert outputs[0]["recipe"]["weights_sha256"]

    @pytest.mark.parametrize("painting", ["turner-shipwreck-of-the-minotaur-1810", "monet-water-lilies-1906"])
    def test_she_begins_with_a_painting(self, artist, running_shop, painting):
        file = next(PAINTINGS.glob(f"{painting}*"))
        _price, job = order_pictures(artist, running_shop, "stormy sea at sunset", count=1, seed=5, painting=file)
        finish(artist, running_shop, job)
        row = running_shop.one("select kind, strength, input_sha256 from generation_generationjob where id = %s", job)
        assert row["kind"] == "image_to_image"
        assert row["input_sha256"]

    def test_cancelling_returns_what_was_not_spent(self, artist, running_shop):
        before = self.credits(artist)
        price, job = order_pictures(artist, running_shop, "mountains in the mist", count=4, seed=3)
        artist.page.locator(f"#job-{job}").get_by_role("button", name="Cancel").click()
        running_shop.wait_for("the job to end", lambda: state_of(running_shop, job) in {"cancelled", "finished"})
        delivered = len(running_shop.rows("select 1 from generation_generationoutput where job_id = %s", job))
        running_shop.wait_for(
            "the credits to come back", lambda: before - self.credits(artist) == price * delivered // 4
        )
        running_shop.manage("check_ledger")

    def test_a_worker_killed_in_the_middle_is_replaced_and_nothing_is_charged_twice(self, artist, running_shop):
        before = self.credits(artist)
        price, job = order_pictures(artist, running_shop, "snow under a violet sky", count=4, seed=8)
        running_shop.wait_for("the job to begin", lambda: state_of(running_shop, job) != "queued")
        running_shop.kill("generation-worker")
        finish(artist, running_shop, job)
        assert before - self.credits(artist) == price
        assert len(running_shop.rows("select 1 from generation_generationoutput where job_id = %s", job)) == 4
        running_shop.manage("check_ledger")


class TestThreeShePublishes:
    def test_she_publishes_one_with_her_words_and_prices(self, artist, running_shop, story):
        artist.open("/studio")
        picture = artist.page.locator("article", has_text="a beautiful sunset over the sea").first
        picture.get_by_role("link", name="Publish").first.click()
        title = artist.page.get_by_label("Title in English")
        assert title.input_value(), "a title is suggested"
        title.fill("Last light, east harbour")
        artist.page.get_by_label("Title in Chinese").fill("")
        artist.page.get_by_label("Description in English").fill("The minute after the sun has gone.")
        artist.page.get_by_label("Description in Chinese").fill("")
        assert "sunset" in artist.page.get_by_label("Tags").input_value()
        artist.page.get_by_role("checkbox", name=re.compile("^Personal", re.I)).check()
        artist.page.get_by_label(re.compile("Price of the licence Personal", re.I)).fill("9.00")
        artist.page.get_by_role("checkbox", name=re.compile("^Exclusive", re.I)).check()
        artist.page.get_by_label(re.compile("Price of the licence Exclusive", re.I)).fill("300.00")
        artist.press("Publish")
        artist.page.wait_for_url(re.compile("/works/"))
        artist.sees("Last light, east harbour")
        story["work_url"] = artist.page.url.removeprefix(running_shop.url)
        story["work_id"] = re.search(r"/works/([0-9a-f-]{36})", artist.page.url).group(1)
        row = running_shop.one("select status, made_by_model from catalog_work where id = %s", story["work_id"])
        assert row["status"] == "listed"
        assert row["made_by_model"].startswith("atelier-image-1")

    def test_its_page_shows_where_it_comes_from(self, artist, running_shop, story):
        artist.open(story["work_url"])
        artist.sees(re.compile("atelier-image-1"))
        assert "a beautiful sunset over the sea" not in artist.page.content()
        row = running_shop.one(
            "select count(*) n from provenance_fingerprint f join catalog_workversion v on v.id = f.version_id"
            " where v.work_id = %s",
            story["work_id"],
        )
        assert row["n"] >= 1


class TestFourABuyer:
    def test_she_finds_it_by_words_of_either_language(self, buyer, running_shop, story):
        buyer.open("/")
        assert buyer.page.locator(".work-card").count() >= 8
        running_shop.wait_for("the work to be found", lambda: self.found(buyer, "sunset", story))
        assert self.found(buyer, "日落", story)
        chinese = [
            row["title"] + row["description"]
            for row in running_shop.rows(
                "select title, description from catalog_worktext where work_id = %s", story["work_id"]
            )
        ]
        assert not re.search("[\u4e00-\u9fff]", "".join(chinese)), "the work that 日落 finds has no Chinese text"

    def found(self, buyer, query, story) -> bool:
        for page in (1, 2, 3):
            buyer.open(f"/search?q={query}&page={page}")
            if buyer.page.locator(f'a[href*="{story["work_id"]}"]').count():
                return True
            if not buyer.page.get_by_role("link", name=re.compile("Next|Older|More", re.I)).count():
                return False
        return False

    def test_a_declined_card_changes_nothing_and_says_so(self, buyer, running_shop, story):
        buyer.sign_up()
        buyer.open(story["work_url"])
        buyer.page.get_by_role("button", name=re.compile("^Buy Personal", re.I)).click()
        buyer.pay(DECLINED_CARD)
        buyer.sees("Your card was declined.")
        assert running_shop.rows("select 1 from licensing_licencegrant where work_id = %s", story["work_id"]) == []

    def test_she_pays_and_holds_licence_and_file(self, buyer, running_shop, story, tmp_path_factory):
        buyer.pay()
        buyer.back_in_the_shop()
        buyer.sees("Paid. The licence is yours.")
        folder = tmp_path_factory.mktemp("bought")
        for name, file in {
            "Download the file": "work",
            "Certificate (PDF)": "certificate.pdf",
            "Certificate (signed JSON)": "certificate.json",
        }.items():
            with buyer.page.expect_download() as download:
                buyer.page.get_by_role("link", name=name).click()
            story[file] = folder / (download.value.suggested_filename or file)
            download.value.save_as(story[file])
        grant = running_shop.one("select number from licensing_licencegrant where work_id = %s", story["work_id"])
        story["number"] = grant["number"]
        assert story["certificate.pdf"].read_bytes().startswith(b"%PDF")
        assert grant["number"] in story["certificate.json"].read_text()
        row = running_shop.one(
            "select sha256 from catalog_workfile f join catalog_workversion v on v.id = f.version_id"
            " where v.work_id = %s and role = 'original'",
            story["work_id"],
        )
        assert hashlib.sha256(story["work"].read_bytes()).hexdigest() == row["sha256"]

    def test_an_exclusive_licence_in_an_open_checkout_is_held_and_shown_so(self, buyer, person, running_shop, story):
        buyer.open(story["work_url"])
        buyer.page.get_by_role("button", name=re.compile("^Buy Exclusive", re.I)).click()
        buyer.page.wait_for_url(lambda url: url.startswith(running_shop.stripe_url))
        other = person("Otto")
        other.open(story["work_url"])
        other.sees(re.compile("Somebody is buying the exclusive licence"))
        hold = running_shop.one(
            "select until - created_at < interval '31 minutes' short from licensing_licencehold"
            " where work_id = %s and released_at is null",
            story["work_id"],
        )
        assert hold["short"]
        buyer.open("/orders")
        buyer.page.get_by_role("link", name=re.compile("order|payment|Last light", re.I)).first.click()
        buyer.press("Cancel the order")
        buyer.sees("Cancelled.")
        other.open(story["work_url"])
        assert other.page.get_by_text("Somebody is buying the exclusive licence").count() == 0


class TestFiveTheArtistIsPaid:
    def test_she_sees_the_sale_the_fee_and_the_payout(self, artist, running_shop, story):
        artist.open("/earnings")
        artist.sees("Last light, east harbour")
        for amount in ("$9.00", "−$0.90", "$8.10"):
            artist.sees(amount)

        def paid_out() -> bool:
            artist.open("/earnings")
            return artist.page.locator("section", has_text="Payouts so far").get_by_text("$8.10").count() > 0

        running_shop.wait_for("the payout after the holding time", paid_out, timeout_s=240)
        running_shop.manage("check_ledger")


class TestSixAnyoneVerifies:
    def check(self, visitor, file) -> None:
        visitor.open("/verify")
        visitor.page.locator("input[type=file]#file").set_input_files(file)
        visitor.press("Check the file")

    def test_the_bought_file_is_signed_here(self, visitor, story):
        self.check(visitor, story["work"])
        visitor.sees("Signed here, and unchanged")
        visitor.sees(re.compile("atelier-image-1"))

    def test_the_certificates_number_tells_the_licence(self, visitor, story):
        visitor.open("/verify")
        visitor.page.get_by_label("Number of the certificate").fill(story["number"])
        visitor.press("Check the number")
        visitor.sees("This licence is valid")
        visitor.sees("Last light, east harbour")

    def test_a_changed_pixel_is_told_and_a_stripped_file_is_found(self, visitor, story, tmp_path):
        data = bytearray(story["work"].read_bytes())
        data[-len(data) // 3] ^= 1
        changed = tmp_path / f"changed{story['work'].suffix}"
        changed.write_bytes(data)
        self.check(visitor, changed)
        visitor.sees(re.compile("Changed after it was signed|cannot be read"))
        stripped = tmp_path / "stripped.jpg"
        Image.open(story["work"]).convert("RGB").save(stripped, quality=85)
        self.check(visitor, stripped)
        visitor.sees(re.compile("Its credentials are missing, but we know this picture"))
        visitor.sees("Last light, east harbour")


class TestSevenModeration:
    def test_a_visitor_reports_it(self, visitor, running_shop, story):
        visitor.open(story["work_url"])
        visitor.page.get_by_role("link", name="Report this work").click()
        visitor.page.get_by_role("radio").first.check()
        visitor.page.get_by_label("Tell us more").fill("I have seen this before.")
        visitor.press("Send the report")
        row = running_shop.one("select details from moderation_report where work_id = %s", story["work_id"])
        assert row["details"] == "I have seen this before."

    def test_the_moderator_hides_it_with_a_reason(self, person, running_shop, story):
        moderator = person("Moderator")
        moderator.sign_in("moderator@demo.atelier", running_shop.demo_password)
        moderator.open(f"/admin/moderation/reportedwork/{story['work_id']}/change/")
        moderator.page.get_by_label(re.compile("Your reason")).fill("Looks like another artist's harbour.")
        moderator.press("Hide the work")
        running_shop.wait_for(
            "the work to be hidden",
            lambda: (
                running_shop.one("select status from catalog_work where id = %s", story["work_id"])["status"]
                == "hidden"
            ),
        )

    def test_the_artist_reads_the_reason_and_appeals(self, artist, running_shop):
        letter = running_shop.outbox.wait_for(to=artist.email, subject="hidden")
        assert "Looks like another artist's harbour." in letter.text
        artist.open("/moderation/notices")
        artist.page.locator("main a[href*='/moderation/notices/']").first.click()
        artist.sees("Looks like another artist's harbour.")
        artist.page.get_by_label("Why is the decision wrong?").fill("I painted it myself, here is the recipe.")
        artist.press("Send the appeal")
        artist.sees("Your appeal")
        assert running_shop.one("select text from moderation_appeal")["text"].startswith("I painted it myself")

    def test_the_buyers_licence_stays_valid(self, buyer, visitor, story, running_shop):
        answer = visitor.page.request.get(f"{running_shop.url}{story['work_url']}")
        assert answer.status == 404
        visitor.open(f"/verify?number={story['number']}")
        visitor.sees("This licence is valid")
        buyer.open("/orders")
        buyer.sees("Last light, east harbour")
        with buyer.page.expect_download() as download:
            buyer.page.get_by_role("link", name=re.compile("Download")).first.click()
        assert Path(download.value.path()).read_bytes() == story["work"].read_bytes()


def test_no_page_complained(artist, buyer, visitor, running_shop):
    of_the_shop = [
        line
        for someone in (artist, buyer, visitor)
        for line in someone.complaints
        if line.startswith(running_shop.url) and "404" not in line
    ]
    assert of_the_shop == []
