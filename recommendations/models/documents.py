"""The words that find a work."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.catalog.models import Work


class SearchDocument(models.Model):
    """The words of a work in both languages, as the application made them into a tsvector."""

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="search_document")
    document = SearchVectorField()
    indexed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        indexes = [GinIndex(fields=["document"], name="search_document_words")]

    def __str__(self) -> str:
        return str(self.work_id)
