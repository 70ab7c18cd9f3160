"""Weights are read as people write them, and a wrong bracket is named with its place."""

import pytest

from generation.engine.prompt_syntax import (
    Piece,
    PromptUnbalanced,
    WeightOutOfRange,
    has_weights,
    parse_weights,
    plain_words,
)


@pytest.mark.parametrize(
    ("prompt", "pieces"),
    [
        ("a red sunset", [("a red sunset", 1.0)]),
        ("a (red:1.4) sunset", [("a ", 1.0), ("red", 1.4), (" sunset", 1.0)]),
        ("a (red) sunset", [("a ", 1.0), ("red", 1.1), (" sunset", 1.0)]),
        ("((red))", [("red", 1.21)]),
        ("[calm] sea", [("calm", 1 / 1.1), (" sea", 1.0)]),
        ("(a (red:1.2) sea:1.5)", [("a ", 1.5), ("red", 1.8), (" sea", 1.5)]),
        (r"a \(sketch\)", [("a (sketch)", 1.0)]),
        ("（中文）(金色:0.5)的沙漠", [("（中文）", 1.0), ("金色", 0.5), ("的沙漠", 1.0)]),
        ("time: noon", [("time: noon", 1.0)]),
        ("", []),
    ],
)
def test_weights_are_read(prompt: str, pieces: list[tuple[str, float]]) -> None:
    got = parse_weights(prompt)
    assert [piece.text for piece in got] == [text for text, _ in pieces]
    assert [piece.weight for piece in got] == pytest.approx([weight for _, weight in pieces])


def test_words_without_syntax() -> None:
    assert plain_words("a (red:1.4) [calm] sea") == "a red calm sea"
    assert has_weights("a (red:1.4) sea")
    assert not has_weights("a (red:1.0) sea")


@pytest.mark.parametrize(("prompt", "at"), [("a (red sea", 2), ("a red) sea", 5), ("[a (b] c)", 5), ("((a)", 0)])
def test_a_bracket_without_partner_is_named(prompt: str, at: int) -> None:
    with pytest.raises(PromptUnbalanced) as told:
        parse_weights(prompt)
    assert told.value.at == at


@pytest.mark.parametrize("prompt", ["(red:9)", "(red:0)", "((((((((red))))))))"])
def test_a_weight_that_no_model_follows_is_refused(prompt: str) -> None:
    with pytest.raises(WeightOutOfRange):
        parse_weights(prompt)


def test_pieces_are_values() -> None:
    assert parse_weights("(x:1.5)") == (Piece("x", 1.5),)
