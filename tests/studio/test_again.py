"""Another picture by the recipe of one: exactly its settings, once, for its owner alone; or clear words why not."""

import json
import threading
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from billing.errors import InsufficientCredits
from billing.models import PlanSubscription
from billing.selectors import credits_available, credits_held
from generation.engine import contract
from generation.errors import OutputNotFound
from generation.models import GenerationJob, GenerationModel
from generation.services import record_finished
from marketplace.blobs import jobs_store
from marketplace.studio.again import settings_of, start_again, start_recipe
from marketplace.studio.editing import input_of, start_inpaint, start_outpaint, start_variations
from marketplace.studio.errors import InputPictureMissing, NoModelForThis, RecipeUnreadable
from marketplace.studio.leading import start_led
from marketplace.studio.loras.adding import add_lora
from marketplace.studio.loras.choices import ChosenLora
from marketplace.studio.models import ModelTerms
from marketplace.studio.recipes import read_recipe, read_recipe_file, signed_recipe
from marketplace.studio.services import start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from marketplace.transparency.errors import StatementMalformed, StatementTampered
from marketplace.transparency.services import sign_statement
from tests.factories.accounts import UserFactory
from tests.factories.billing import PlanFactory, give_credits
from tests.studio.delivering import png, put_picture
from tests.studio.test_editing import mask
from tests.studio.test_loras import lora_file

pytestmark = pytest.mark.usefixtures("taught_model")

KINDS = ["text_to_image", "image_to_image", "variations", "inpaint", "outpaint", "with_lora", "led"]


def settings(**more) -> PictureSettings:
    chosen = {
        "prompt": "a (crimson:1.4) sunset over the sea",
        "negative_prompt": "rain",
        "width": 192,
        "height": 128,
        "count": 2,
        "seed": 70,
        "steps": 23,
        "guidance": 5.5,
    }
    return PictureSettings(**{**chosen, **more})


def delivered(job: GenerationJob):
    """The last picture of ``job``, which is finished now."""
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, index) for index in range(job.count)])
    return job.outputs.last()


def order(user, kind: str):
    """A finished picture of this kind."""
    if kind == "text_to_image":
        return delivered(start_generation(user=user, settings=settings()))
    if kind == "image_to_image":
        return delivered(start_generation(user=user, settings=settings(strength=0.35), upload=png(300, 200)))
    if kind == "variations":
        first = delivered(start_generation(user=user, settings=settings()))
        return delivered(start_variations(user=user, output_id=first.id, amount=0.3, count=2, seed=900))
    if kind == "with_lora":
        lora = add_lora(user=user, data=lora_file(), name="Ink wash", trigger_words="")
        return delivered(start_generation(user=user, settings=settings(loras=(ChosenLora(lora, 0.7),))))
    picture = input_of(user, upload=png(300, 200))
    if kind == "led":
        GenerationModel.objects.update(controls=["lines"])
        control = contract.Control(kind=contract.ControlKind.SKETCH, scale=0.6)
        model = GenerationModel.objects.get()
        return delivered(start_led(user=user, settings=settings(), control=control, picture=picture, model=model))
    if kind == "inpaint":
        painted = mask(300, 200, (10, 10, 80, 90))
        return delivered(start_inpaint(user=user, settings=settings(strength=0.8), picture=picture, mask=painted))
    extension = contract.Extension(right=100, top=60)
    return delivered(start_outpaint(user=user, settings=settings(), picture=picture, extension=extension))


def request_of(job: GenerationJob) -> dict[str, object]:
    request = contract.GenerationRequest.model_validate_json(jobs_store().get(contract.request_key(job.id)))
    return request.model_dump(mode="json")


def without(request: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in request.items() if name not in names}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_order_with_a_new_seed_and_the_same_beginning(artist, kind):
    output = order(artist, kind)
    again = start_again(user=artist, output_id=output.id)
    keys = ("seed", "count", "input_key", "mask_key", "control_key")
    before, after = request_of(output.job), request_of(again)
    assert without(after, *keys) == without(before, *keys)
    assert (after["kind"], after["count"]) == (output.job.kind, 1)
    assert after["seed"] != output.seed
    for name in ("input_key", "mask_key", "control_key"):
        if before[name]:
            assert jobs_store().get(after[name]) == jobs_store().get(before[name])
    exact = start_again(user=artist, output_id=output.id, seed=output.seed)
    assert delivered(exact).recipe == output.recipe
    assert settings_of(output).seed == output.seed


def test_a_double_click_makes_one_job(artist):
    output, submission = order(artist, "text_to_image"), uuid4()
    available = credits_available(artist)
    jobs = {start_again(user=artist, output_id=output.id, submission=submission).id for _ in range(2)}
    assert len(jobs) == 1
    assert (credits_held(artist), credits_available(artist)) == (1, available - 1)


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_make_one_job(artist, queue):
    output, submission = order(artist, "image_to_image"), uuid4()
    made, errors = [], []

    def press() -> None:
        try:
            made.append(start_again(user=artist, output_id=output.id, submission=submission).id)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert (len(made), len(set(made)), credits_held(artist)) == (8, 1, 1)
    assert GenerationJob.objects.count() == 2


def test_what_stands_against_it_is_told_and_charges_nothing(artist, taught_model):
    output = order(artist, "image_to_image")

    def refused(error, said: str) -> None:
        with pytest.raises(error, match=said) as told:
            start_again(user=artist, output_id=output.id)
        assert told.value.way_out
        assert credits_held(artist) == 0
        assert GenerationJob.objects.count() == 1

    jobs_store().put(contract.input_key(output.job_id), png(300, 200, "red"), media_type="image/png")
    refused(InputPictureMissing, "is not among yours any more")
    jobs_store().delete(contract.input_key(output.job_id))
    refused(InputPictureMissing, "is not among yours any more")
    terms = ModelTerms.objects.create(model=taught_model)
    terms.plans.add(plan := PlanFactory())
    # Another model is free for all.
    other = GenerationModel.objects.create(name="free", version="1", title="Free", default_side=128)
    refused(NoModelForThis, "Tiny, belongs to a plan that you do not have")
    PlanSubscription.objects.create(user=artist, plan=plan, state=PlanSubscription.State.ACTIVE)
    refused(InputPictureMissing, "is not among yours any more")
    GenerationModel.objects.filter(id=taught_model.id).update(is_active=False)
    refused(NoModelForThis, "Tiny, is not offered any more")
    assert other.is_active


def test_too_few_credits_order_nothing(artist, taught_model):
    output = order(artist, "text_to_image")
    ModelTerms.objects.create(model=taught_model, credits_per_picture=500)
    with pytest.raises(InsufficientCredits):
        start_again(user=artist, output_id=output.id)
    assert (GenerationJob.objects.count(), credits_held(artist)) == (1, 0)


def test_nobody_makes_another_of_anothers_picture(artist):
    output = order(artist, "text_to_image")
    member = UserFactory()
    give_credits(member, 10)
    with pytest.raises(OutputNotFound):
        start_again(user=member, output_id=output.id)
    browser, program = Client(), APIClient()
    browser.force_login(member)
    program.force_authenticate(member)
    page, address = f"/studio/pictures/{output.id}/again", f"/api/v1/generations/pictures/{output.id}/again"
    assert browser.post(page, {"submission": str(uuid4())}).status_code == 404
    assert program.post(address, {}, format="json").status_code == 404
    assert Client().post(page, {"submission": str(uuid4())}).headers["Location"].startswith("/accounts/login/")
    assert APIClient().post(address, {}, format="json").status_code in {401, 403}
    assert (GenerationJob.objects.count(), credits_held(member)) == (1, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_recipe_is_ordered_again_from_its_file(artist, kind):
    output = order(artist, kind)
    recipe, _statement = read_recipe_file(json.dumps(signed_recipe(artist, output.id)).encode())
    job = start_recipe(user=artist, recipe=recipe)
    assert delivered(job).recipe == output.recipe


def test_anybody_may_order_by_a_recipe_but_for_pictures_that_are_not_hers(artist):
    words = read_recipe(signed_recipe(artist, order(artist, "text_to_image").id))
    near = read_recipe(signed_recipe(artist, order(artist, "variations").id))
    painted = read_recipe(signed_recipe(artist, order(artist, "inpaint").id))
    member = UserFactory()
    give_credits(member, 10)
    assert start_recipe(user=member, recipe=words).seed == words.seed
    assert start_recipe(user=member, recipe=near).base_seed == near.variation.base_seed
    with pytest.raises(InputPictureMissing):
        start_recipe(user=member, recipe=painted)
    assert credits_held(member) == 2


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", RecipeUnreadable),
        (b"\x89PNG", RecipeUnreadable),
        (b"[" * 30_000, RecipeUnreadable),
        (b" " * 70_000, RecipeUnreadable),
        (b"{}", StatementMalformed),
        (b"[]", StatementMalformed),
    ],
)
def test_what_is_no_recipe_is_refused(db, data, error):
    with pytest.raises(error) as told:
        read_recipe_file(data)
    assert told.value.way_out


def test_a_changed_recipe_and_another_statement_are_refused(artist):
    statement = signed_recipe(artist, order(artist, "text_to_image").id)
    letter = "A" if statement["payload"][40] != "A" else "B"
    changed = {**statement, "payload": statement["payload"][:40] + letter + statement["payload"][41:]}
    with pytest.raises(StatementTampered):
        read_recipe(changed)
    for payload in ({"format": "atelier-certificate/1"}, {"format": "atelier-recipe/1", "recipe": {"kind": "x"}}):
        with pytest.raises(RecipeUnreadable):
            read_recipe(sign_statement(payload))
    program = APIClient()
    program.force_authenticate(artist)
    answer = program.post("/api/v1/generations/recipe", {"recipe": changed}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (400, "statement_tampered")
    browser = Client()
    browser.force_login(artist)
    file = SimpleUploadedFile("recipe.json", json.dumps(changed).encode(), "application/json")
    page = browser.post("/studio/recipe", {"recipe_file": file})
    assert page.status_code == 400
    assert "was changed after it was signed" in page.content.decode()
    assert GenerationJob.objects.count() == 1


def test_a_recipe_of_a_model_that_is_not_here_says_so(artist):
    output = order(artist, "text_to_image")
    recipe = read_recipe(signed_recipe(artist, output.id)).model_copy(update={"model": "elsewhere"})
    with pytest.raises(NoModelForThis, match="elsewhere 1, is not here"):
        start_recipe(user=artist, recipe=recipe)
    assert credits_held(artist) == 0


def test_programs_order_again_and_by_recipe(artist):
    output = order(artist, "text_to_image")
    program = APIClient()
    program.force_authenticate(artist)
    submission = str(uuid4())
    body = {"seed": 5, "count": 3, "submission": submission}
    made = [program.post(f"/api/v1/generations/pictures/{output.id}/again", body, format="json") for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["id"] == made[1].json()["id"]
    assert (made[0].json()["seed"], made[0].json()["count"], made[0].json()["steps"]) == (5, 3, 23)
    signed = program.get(f"/api/v1/generations/pictures/{output.id}/recipe").json()
    offer = program.post("/api/v1/generations/recipe/quote", {"recipe": signed, "count": 2}, format="json").json()
    assert (offer["credits"], offer["recipe"]["prompt"]) == (2, output.recipe["prompt"])
    answer = program.post("/api/v1/generations/recipe", {"recipe": signed}, format="json")
    assert (answer.status_code, answer.json()["seed"]) == (201, output.seed)
    assert program.post("/api/v1/generations/recipe", {"recipe": signed, "count": 9}, format="json").status_code == 400
    assert GenerationJob.objects.count() == 3
