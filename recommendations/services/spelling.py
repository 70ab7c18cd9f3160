"""The index's words are remembered, to tell slips of the finger from words."""

from recommendations.models import IndexedWord
from recommendations.services.documents import WorkWords
from recommendations.spelling import LONGEST, SHORTEST, deletes_of
from recommendations.words import plain_words_in


def remember_words(words: WorkWords) -> None:
    """Add the words of a work that are not known yet.

    A word that no work has any more stays; what is suggested is asked of the works themselves.
    """
    texts = [*words.titles, *words.labels, *words.artist, *words.descriptions]
    given = {word for text in texts for word in plain_words_in(text) if SHORTEST <= len(word) <= LONGEST}
    new = given - set(IndexedWord.objects.filter(word__in=given).values_list("word", flat=True))
    # In one order: two transactions that add the same words wait for each other in a line, never in a circle.
    IndexedWord.objects.bulk_create(
        [IndexedWord(word=word, deletes=sorted(deletes_of(word))) for word in sorted(new)], ignore_conflicts=True
    )
