"""The words that works are found by, to tell a slip of the finger from a word."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class IndexedWord(models.Model):
    """A word, in small letters and unstemmed, that a work's document has or once had.

    ``deletes``: the word without one or two of its letters, in all ways, as SymSpell looks words up
    (recommendations/spelling.py).
    """

    word = models.CharField(max_length=30, primary_key=True)
    deletes = ArrayField(models.CharField(max_length=30))

    class Meta:
        verbose_name = _("indexed word")
        verbose_name_plural = _("indexed words")
        indexes = [GinIndex(fields=["deletes"], name="words_by_their_deletes")]

    def __str__(self) -> str:
        return self.word
