"""The networks: where they begin, what their batches hold, and that their files answer the same."""

import numpy as np
import onnxruntime
import torch

from recommendations.engine.feed.contract import KINDS, LAST_ACTS
from recommendations.engine.feed.features import NAMES
from recommendations.engine.rankers.listwise import Weigher
from recommendations.engine.training.examples import History, in_batches
from recommendations.engine.training.export import export_ranker, export_sequence
from recommendations.engine.training.ranker import RankerBatches
from recommendations.engine.training.related import related_before
from recommendations.engine.training.sequence import Sequence, SequenceBatches, SequenceTask, filled_up

CPU = torch.device("cpu")


def disturbed(model: torch.nn.Module) -> torch.nn.Module:
    """As after a training: nothing is zero any more."""
    torch.manual_seed(5)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return model.eval()


def test_untrained_it_is_the_mean_direction(history: History):
    model = Sequence(history.data.facts.parts.width).eval()
    for position in history.examples.positions[[3, 500, -1]].tolist():
        acts = history.moment(position).acts
        mean = acts.weights @ acts.content
        with torch.no_grad():
            taste = model(*(torch.from_numpy(each[None]) for each in (acts.content, acts.kinds, acts.age_days)))
        np.testing.assert_allclose(taste[0].numpy(), mean / np.linalg.norm(mean), atol=1e-5)


def test_filling_up_changes_nothing(history: History):
    model = disturbed(Sequence(history.data.facts.parts.width))
    few = history.examples.where(np.arange(len(history.examples)) < 40)
    with torch.no_grad():
        together = model(*(torch.from_numpy(each) for each in filled_up(history, few))).numpy()
        for row, position in enumerate(few.positions.tolist()):
            acts = history.moment(position).acts
            alone = model(*(torch.from_numpy(each[None]) for each in (acts.content, acts.kinds, acts.age_days)))
            np.testing.assert_allclose(together[row], alone[0].numpy(), atol=1e-4)


def test_a_batch_of_sequences_offers_what_the_viewers_could_have_taken(history: History):
    batches = SequenceBatches(history, in_batches(history.examples, size=32, seed=0), others=64, seed=0)
    batch, same = batches.of_step(4, CPU), batches.of_step(4, CPU)
    assert torch.equal(batch.candidates, same.candidates)
    assert torch.equal(batch.allowed, same.allowed)
    assert batch.allowed.diagonal().all()
    assert batch.allowed.shape == (32, 96)
    examples = batches.batches.of_step(4)
    taken = history.work[examples.positions]
    viewers = history.viewer[examples.positions]
    own = batch.allowed[:, :32].numpy()
    for row in range(32):
        offered = taken[own[row] & (np.arange(32) != row)]
        hers = set(history.work[history.viewer == viewers[row]].tolist())
        assert not hers & set(offered.tolist())
        assert (history.published_at[offered] <= history.at[examples.positions[row]]).all()
    assert torch.isfinite(SequenceTask(Sequence(history.data.facts.parts.width))(batch))


def test_a_list_holds_the_work_that_was_taken_once_beside_others(history: History):
    sequence = Sequence(history.data.facts.parts.width)
    related = related_before(history.data, int(history.at.max()), seed=0)
    own = in_batches(history.examples, size=8, seed=0)
    batches = RankerBatches(history, own, related=related, sequence=sequence, seed=0)
    lists = batches.of_step(2, CPU)
    assert lists.features.shape[2] == len(NAMES)
    assert lists.there.gather(1, lists.chosen[:, None]).all()
    assert (lists.there.sum(1) > 20).all()
    assert torch.isfinite(lists.features).all()
    assert torch.equal(lists.features, batches.of_step(2, CPU).features)


def test_the_files_answer_as_the_networks_do_for_any_number_of_acts_and_candidates(tmp_path):
    stream = np.random.default_rng(1)
    sequence, ranker = disturbed(Sequence(12, hidden=32)), disturbed(Weigher(len(NAMES)))
    export_sequence(sequence, tmp_path / "sequence.onnx", width=12)
    export_ranker(ranker, tmp_path / "ranker.onnx")
    opened = onnxruntime.InferenceSession(str(tmp_path / "sequence.onnx"))
    for length in (1, 2, LAST_ACTS):
        given = {
            "content": stream.standard_normal((1, length, 12)).astype(np.float32),
            "kinds": stream.integers(len(KINDS), size=(1, length)),
            "age_days": stream.exponential(20, (1, length)).astype(np.float32),
        }
        with torch.no_grad():
            wanted = sequence(*(torch.from_numpy(each) for each in given.values())).numpy()
        (found,) = opened.run(["taste"], given)
        np.testing.assert_allclose(found, wanted, atol=1e-4)
    opened = onnxruntime.InferenceSession(str(tmp_path / "ranker.onnx"))
    for count in (1, 7, 240):
        features = stream.standard_normal((count, len(NAMES))).astype(np.float32)
        with torch.no_grad():
            wanted = ranker(torch.from_numpy(features)).numpy()
        (found,) = opened.run(["scores"], {"features": features})
        assert found.shape == (count,)
        np.testing.assert_allclose(found, wanted, atol=1e-4)
