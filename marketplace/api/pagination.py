"""Lists come in pages of a bounded size."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """24 a page; a client may ask for up to 100."""

    page_size_query_param = "page_size"
    max_page_size = 100
