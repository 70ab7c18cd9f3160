"""What colour a work shows most, and its shape."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.catalog.models import Work


class WorkColour(models.Model):
    """The colour that a work's preview shows most, and the preview's shape, measured when it is indexed."""

    class Colour(models.TextChoices):
        RED = "red", _("Red")
        ORANGE = "orange", _("Orange")
        YELLOW = "yellow", _("Yellow")
        GREEN = "green", _("Green")
        BLUE = "blue", _("Blue")
        VIOLET = "violet", _("Violet")
        PINK = "pink", _("Pink")
        DARK = "dark", _("Dark")
        LIGHT = "light", _("Light")
        GREY = "grey", _("Grey")

    class Aspect(models.TextChoices):
        WIDE = "wide", _("Wide")
        TALL = "tall", _("Tall")
        SQUARE = "square", _("Square")

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="colour")
    colour = models.CharField(max_length=12, choices=Colour, db_index=True)
    aspect = models.CharField(
        max_length=8, choices=Aspect, blank=True, default="", db_default="", help_text="empty: not measured yet"
    )
    measured_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("colour of a work")
        verbose_name_plural = _("colours of works")

    def __str__(self) -> str:
        return f"{self.work_id}: {self.colour}"
