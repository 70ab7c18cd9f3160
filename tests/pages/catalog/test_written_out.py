"""A list of choices that is written out says what the template says."""

from django import forms
from django.test import SimpleTestCase

from marketplace.pages.written_out import WrittenOutSelect

CHOICES = [("", "Any"), ("a&b", "<One> (2)"), (3, "Three")]


def test_it_says_what_the_template_says():
    for value in ("", "a&b", 3, "unknown"):
        shown = [
            widget(attrs={"class": 'x"y', "required": True}, choices=CHOICES).render("name", value, {"id": "id_name"})
            for widget in (forms.Select, WrittenOutSelect)
        ]
        SimpleTestCase().assertHTMLEqual(*shown)
        assert shown[1].count(" selected") == (value != "unknown")
