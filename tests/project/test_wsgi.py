"""What the web server's process begins with."""

import gc


def test_garbage_collection_leaves_the_application_alone():
    from marketplace.wsgi import application

    assert callable(application)
    assert gc.get_freeze_count() > 50_000
