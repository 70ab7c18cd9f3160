"""The settings are one class made of sections; a name that two sections give would silently lose one of the two."""

from __future__ import annotations

from collections import Counter

from marketplace.configuration import Configuration


def test_no_section_hides_a_setting_or_a_check_of_another() -> None:
    sections = Configuration.__bases__
    names = Counter(
        name for section in sections for name in vars(section) if not name.startswith(("__", "_abc", "model_"))
    )
    names += Counter(name for section in sections for name in section.model_fields)
    assert "_is_web_address" in names
    assert "stripe_api_base" in names
    assert [name for name, count in names.items() if count > 1] == []


def test_every_setting_stands_in_a_section() -> None:
    assert set(vars(Configuration).get("__annotations__", {})) <= {"model_config"}
    assert sum(len(section.model_fields) for section in Configuration.__bases__) == len(Configuration.model_fields)
