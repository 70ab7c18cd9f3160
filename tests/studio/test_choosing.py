"""Which model an order goes to: by task, size, plan and wish; and why, in words."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from billing.models import PlanSubscription
from generation.engine.contract import Kind
from generation.estimating import Sample, Work
from generation.models import GenerationModel
from generation.selectors import models_folder
from generation.speeds import Rate
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.studio.choosing import Wish, choose_model, tools_for, usable_models
from marketplace.studio.errors import NoModelForThis
from marketplace.studio.models import GenerationCharge, ModelTerms, PlanShare
from marketplace.studio.pricing import USUAL_PRICE_OF_A_TOOL, price_from_measured_cost
from marketplace.studio.services import quote, start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from marketplace.studio.shares import share_of
from tests.factories.accounts import UserFactory
from tests.factories.billing import PlanFactory
from tests.factories.generation import GenerationJobFactory, GenerationModelFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("taught_model")]


def settings(**more) -> PictureSettings:
    return PictureSettings(
        **{"prompt": "a sunset over the sea", "width": 128, "height": 128, "count": 1, "seed": 1, "steps": 20, **more}
    )


def took(model: GenerationModel, seconds: float) -> None:
    """Its last job, of its usual steps at 128 px."""
    ended = now()
    GenerationJobFactory(
        model=model,
        count=1,
        steps=20,
        state="finished",
        started_at=ended - timedelta(seconds=seconds),
        ended_at=ended,
    )


def subscribe(user: User, plan, state: str = PlanSubscription.State.ACTIVE) -> None:
    PlanSubscription.objects.create(user=user, plan=plan, state=state)


@pytest.fixture
def three(taught_model) -> dict[str, GenerationModel]:
    """One that is fast, one that is good, one that is cheap; the cheap one is the newest."""
    made = {
        name: GenerationModelFactory(name=f"{name}-model", title=name.capitalize(), default_side=128, default_steps=20)
        for name in ("fast", "good", "cheap")
    }
    GenerationModel.objects.filter(id=taught_model.id).update(is_active=False)
    GenerationModel.objects.filter(id=made["good"].id).update(quality=90)
    ModelTerms.objects.create(model=made["fast"], credits_per_picture=Decimal(8))
    ModelTerms.objects.create(model=made["good"], credits_per_picture=Decimal(12))
    for name, seconds in (("fast", 1), ("good", 30), ("cheap", 10)):
        took(made[name], seconds)
    return {name: GenerationModel.objects.get(id=model.id) for name, model in made.items()}


@pytest.mark.parametrize(
    ("wish", "chosen", "said"),
    [
        (Wish.FAST, "fast", "Fast is ready first: about 1 s a picture with the wait, Cheap takes 10 s."),
        (Wish.BEST, "good", "Good makes the best pictures: quality 90 of 100, Cheap has 50."),
        (Wish.CHEAP, "cheap", "Cheap costs least: 1 credit a picture, Fast costs 2."),
    ],
)
def test_the_wish_decides_and_the_reason_is_told(three, artist, wish: Wish, chosen: str, said: str):
    choice = choose_model(user=artist, wish=wish)
    assert (choice.model, choice.reasons) == (three[chosen], (said,))


def test_the_order_goes_to_the_chosen_model_at_its_price(three, artist):
    choice = choose_model(user=artist, wish=Wish.BEST)
    asked = settings()
    assert quote(settings=asked, model=choice.model, user=artist).credits == 3
    job = start_generation(user=artist, settings=asked, model=choice.model)
    assert (job.model, GenerationCharge.objects.get(job=job).credits_held) == (three["good"], 3)


def test_task_and_size_leave_out_what_cannot_do_them(three, artist):
    GenerationModel.objects.filter(id=three["good"].id).update(makes_from_pictures=False)
    GenerationModel.objects.filter(id=three["fast"].id).update(largest_side=1024)
    assert choose_model(user=artist, kind=Kind.IMAGE_TO_IMAGE).model != three["good"]
    assert choose_model(user=artist, size=(1024, 512)).model == three["fast"]
    with pytest.raises(NoModelForThis):
        choose_model(user=artist, size=(2048, 2048))


def test_a_plans_model_is_for_its_subscribers_alone(three, artist):
    plan = PlanFactory()
    three["good"].terms.plans.add(plan)
    choice = choose_model(user=artist, wish=Wish.BEST)
    assert choice.model == three["cheap"]
    assert choice.reasons[-1] == "Good makes better pictures; it belongs to a plan."
    with pytest.raises(NoModelForThis):
        start_generation(user=artist, settings=settings(), model=three["good"])
    assert not GenerationCharge.objects.exists()
    waiting = UserFactory()
    subscribe(waiting, plan, PlanSubscription.State.INCOMPLETE)
    assert choose_model(user=waiting, wish=Wish.BEST).model == three["cheap"]
    subscribe(artist, plan)
    assert choose_model(user=artist, wish=Wish.BEST).model == three["good"]


def test_what_may_not_be_sold_or_is_not_offered_is_never_chosen(three, artist):
    GenerationModel.objects.filter(id=three["good"].id).update(commercial_use="forbidden")
    GenerationModel.objects.filter(id=three["fast"].id).update(is_active=False)
    assert usable_models(artist) == [three["cheap"]]
    with pytest.raises(NoModelForThis):
        start_generation(user=artist, settings=settings(), model=three["good"])


def test_a_plan_gives_a_larger_share_of_the_workers(artist):
    assert share_of(artist) == 1
    plan = PlanFactory()
    subscribe(artist, plan)
    assert share_of(artist) == 4
    PlanShare.objects.create(plan=plan, weight=Decimal("2.5"))
    assert share_of(artist) == 2.5
    PlanSubscription.objects.update(state=PlanSubscription.State.UNPAID)
    assert share_of(artist) == 1


def test_the_price_from_measured_cost_pays_the_workers_hour():
    # 1500 credits an hour: 2.4 s for 20 steps are one credit, ten times as long ten.
    assert price_from_measured_cost(rate_of_a_picture(2.4)) == 1
    assert price_from_measured_cost(rate_of_a_picture(24.0)) == 10
    assert price_from_measured_cost(rate_of_a_picture(0.002)) == Decimal("0.01")


def rate_of_a_picture(seconds: float) -> Rate:
    """A picture of 256 px and 20 steps takes so long, or a little less, so that rounding up decides nothing."""
    return Rate((Sample(Work("text_to_image", 256 * 256, 20, 1, (1,)), 0.9999 * seconds),), 1)


def hub_model(**more) -> GenerationModel:
    return GenerationModel(
        **{
            "source": "hub",
            "name": "owner/model",
            "version": "a" * 40,
            "weights_sha256": "b" * 64,
            "title": "T",
            "licence": "Apache-2.0",
            "commercial_use": "allowed",
            **more,
        }
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "no-owner"}, "name"),
        ({"version": "main"}, "version"),
        ({"weights_sha256": ""}, "weights_sha256"),
        ({"weights_sha256": "xyz"}, "weights_sha256"),
        ({"source": "folder"}, "name"),
        ({"source": "folder", "name": "../etc"}, "name"),
        ({"makes_from_words": False, "makes_from_pictures": False}, "makes_from_words"),
        ({"commercial_use": "conditions"}, "commercial_terms"),
        ({"licence": ""}, "licence"),
        ({"commercial_use": "forbidden"}, "is_active"),
        ({"quality": 101}, "quality"),
        ({"default_side": 100}, "default_side"),
        ({"default_side": 1024, "largest_side": 512}, "default_side"),
        ({"largest_side": 4096}, "largest_side"),
        ({"default_steps": 0}, "default_steps"),
    ],
)
def test_the_registry_refuses_what_cannot_be(wrong: dict, field: str):
    with pytest.raises(ValidationError) as told:
        hub_model(**wrong).full_clean()
    assert set(told.value.message_dict) == {field}


def test_the_registry_takes_what_is_whole():
    hub_model().full_clean()
    hub_model(source="folder", name="atelier-image-1", version="1.0", weights_sha256="").full_clean()


def test_administrators_edit_the_registry_and_nobody_else(client, taught_model):
    path = f"/admin/generation/generationmodel/{taught_model.id}/change/"
    assert client.get(path).status_code == 302
    client.force_login(UserFactory(is_staff=True))
    assert client.get(path).status_code == 403
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    took(taught_model, 5.0)
    page = client.get(path).text
    assert "from the measured cost" in page
    form = {
        "title": "Renamed",
        "quality": "77",
        "makes_from_words": "on",
        "licence": "MIT",
        "commercial_use": "conditions",
        "commercial_terms": "With a notice.",
        "default_side": "128",
        "largest_side": "256",
        "default_steps": "20",
        "default_guidance": "4",
        "is_active": "on",
        "terms-TOTAL_FORMS": "1",
        "terms-INITIAL_FORMS": "0",
        "terms-0-credits_per_picture": "2.50",
    }
    refused = client.post(path, {**form, "commercial_use": "forbidden"})
    assert "cannot be offered" in refused.text
    assert client.post(path, form).status_code == 302
    taught_model.refresh_from_db()
    assert (taught_model.title, taught_model.quality, taught_model.makes_from_pictures) == ("Renamed", 77, False)
    assert taught_model.terms.credits_per_picture == Decimal("2.5")


def test_limiting_a_tool_to_plans_leaves_its_price(client, tools):
    tool, plan = tools["colourize"], PlanFactory()
    path = f"/admin/generation/generationmodel/{tool.id}/change/"
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    page = client.get(path).text
    preset = re.search(r'name="terms-0-credits_per_picture"[^>]*value="([^"]+)"', page)
    assert preset is not None
    assert Decimal(preset[1]) == USUAL_PRICE_OF_A_TOOL
    form = {name: getattr(tool, name) for name in ("title", "quality", "default_side", "largest_side", "default_steps")}
    form |= {"default_guidance": "1", "commercial_use": tool.commercial_use, "licence": "MIT", "is_active": "on"}
    form |= {"terms-TOTAL_FORMS": "1", "terms-INITIAL_FORMS": "0", "terms-0-credits_per_picture": preset[1]}
    assert client.post(path, form | {"terms-0-plans": [str(plan.id)]}).status_code == 302
    assert tool.terms.credits_per_picture == USUAL_PRICE_OF_A_TOOL
    assert list(tool.terms.plans.all()) == [plan]


@pytest.fixture
def two_vocabularies(taught_model) -> tuple[GenerationModel, GenerationModel]:
    """The studio's model, the better one, and one whose list of words has a zeppelin."""
    folder = models_folder() / "knows-more"
    folder.mkdir(exist_ok=True)
    words = json.loads((folder.parent / taught_model.name / "vocabulary.json").read_text())
    sea = next(concept for concept in words["concepts"] if concept["kind"] == "scene")
    sea["labels"]["en"] = [*sea["labels"]["en"], "zeppelin"]
    (folder / "vocabulary.json").write_text(json.dumps(words))
    GenerationModel.objects.filter(id=taught_model.id).update(quality=95)
    other = GenerationModelFactory(name="knows-more", title="Knows more", default_side=128, default_steps=20)
    return taught_model, other


def test_models_that_were_taught_the_words_go_before_better_ones(artist, two_vocabularies):
    better, other = two_vocabularies
    assert choose_model(user=artist, prompt="a sunset over the sea").model == better
    choice = choose_model(user=artist, prompt="a zeppelin over the sea")
    told = "Knows more was taught all of these words; the others were not."
    assert (choice.model, choice.reasons) == (other, (told,))
    assert choose_model(user=artist, prompt="a (zeppelin over the sea").model == better
    assert start_generation(user=artist, settings=settings(prompt="a zeppelin over the sea")).model == other


def test_a_model_without_a_list_of_words_neither_leads_nor_is_left_out(artist, taught_model):
    GenerationModel.objects.filter(id=taught_model.id).update(quality=95)
    GenerationModelFactory(name="of-the-hub", default_side=128, default_steps=20)
    choice = choose_model(user=artist, prompt="a zeppellin over the sea")
    assert choice.model == taught_model
    assert "was taught" not in choice.reasons[0]


def test_what_shall_be_avoided_goes_to_a_model_that_can(artist, taught_model):
    fast = GenerationModelFactory(name="fast", default_side=128, default_steps=4, default_guidance=1.0, quality=99)
    assert choose_model(user=artist).model == fast
    assert choose_model(user=artist, negative_prompt="rain").model == taught_model


def test_a_tool_of_a_newer_release_is_passed_over(artist, tools):
    GenerationModel.objects.filter(tool="colourize").update(tool="of_tomorrow")
    assert Kind.COLOURIZE not in tools_for(artist)
    assert tools_for(artist)[Kind.UPSCALE]
