"""Seconds of a job from what others took: the parts are told apart, odd jobs and strangers move little."""

import pytest

from generation.estimating import Sample, Work, expected, in_batches

SIDE = 256


def work(*, side: int = SIDE, steps: int = 20, count: int = 1, at_once: int = 1, kind: str = "text_to_image") -> Work:
    return Work(kind, side * side, steps, count, in_batches(count, at_once))


def made(what: Work, *, job_s: float, step_s: float, picture_s: float, newer: int = 0) -> Sample:
    """As a worker makes it whose parts are known."""
    units = what.pixels / 256**2
    a_step = sum(step_s * units + picture_s * units * size for size in what.batches)
    return Sample(what, job_s + what.steps * a_step, newer)


def test_pictures_are_laid_into_batches():
    assert (in_batches(8, 3), in_batches(2, 4), in_batches(1, 1)) == ((3, 3, 2), (2,), (1,))


def test_what_a_job_costs_beside_its_steps_is_told_apart_from_them():
    kinds = [work(steps=steps, count=count) for steps in (8, 12, 20) for count in (1, 2, 4)]
    samples = [made(one, job_s=1.5, step_s=0.0, picture_s=0.1) for one in kinds]
    for asked in (work(steps=10), work(steps=40, count=8), work(side=320, steps=20, count=2)):
        real = made(asked, job_s=1.5, step_s=0.0, picture_s=0.1).seconds
        assert expected(asked, samples) == pytest.approx(real, rel=0.1)


def test_pictures_that_share_a_batch_share_what_a_step_costs():
    kinds = [work(steps=steps, count=count, at_once=4) for steps in (8, 12, 20) for count in (1, 2, 3, 4, 8)]
    samples = [made(one, job_s=0.2, step_s=0.1, picture_s=0.02) for one in kinds]
    four, eight = work(count=4, at_once=4), work(count=8, at_once=4)
    assert expected(four, samples) == pytest.approx(0.2 + 20 * (0.1 + 0.08), rel=0.1)
    assert expected(eight, samples) == pytest.approx(2 * expected(four, samples), rel=0.1)


def test_a_few_odd_jobs_move_it_little():
    samples = [made(work(steps=steps), job_s=1.0, step_s=0.0, picture_s=0.2) for steps in (10, 20, 40, 20, 10, 40, 30)]
    samples.append(Sample(work(steps=10), 90.0))
    assert expected(work(steps=20), samples) == pytest.approx(5.0, rel=0.1)


def test_the_last_jobs_weigh_most():
    before = [made(work(), job_s=0.0, step_s=0.0, picture_s=0.1, newer=20 + n) for n in range(20)]
    now = [made(work(), job_s=0.0, step_s=0.0, picture_s=0.3, newer=n) for n in range(10)]
    assert expected(work(), now + before) == pytest.approx(6.0, rel=0.15)


def test_a_kind_that_takes_longer_is_known_by_its_own_jobs():
    plain = [made(work(steps=steps), job_s=0.5, step_s=0.0, picture_s=0.1) for steps in (10, 20, 30)] * 2
    edits = [
        made(work(steps=steps, kind="inpaint"), job_s=4.0, step_s=0.0, picture_s=0.1) for steps in (10, 20, 30)
    ] * 2
    samples = plain + edits
    assert expected(work(kind="inpaint"), samples) == pytest.approx(6.0, rel=0.2)
    assert expected(work(), samples) == pytest.approx(2.5, rel=0.2)


def test_one_job_is_enough_for_an_estimate_in_proportion():
    one = [Sample(work(steps=20), 4.0)]
    assert expected(work(steps=40, count=2), one) == pytest.approx(16.0, rel=0.1)
