"""Who follows which artist: the writes."""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.errors import OwnStorefront, TooManyFollowed
from marketplace.accounts.models import Artist, Follow, User
from marketplace.accounts.signals import artist_followed, artist_unfollowed

MOST_FOLLOWED = 2000


@transaction.atomic
def follow_artist(*, artist: Artist, user: User) -> bool:
    """``user`` follows ``artist`` from now on; False where she does already, also from a second window at once.

    Raises OwnStorefront and TooManyFollowed.
    """
    if artist.user_id == user.pk:
        raise OwnStorefront(way_out=_("You can follow other artists."))
    if Follow.objects.filter(follower=user).count() >= MOST_FOLLOWED:
        raise TooManyFollowed(
            _("You follow %(most)d artists, and more is not possible.") % {"most": MOST_FOLLOWED},
            way_out=_("Unfollow one on your page Following first."),
        )
    follow = Follow(follower=user, artist=artist)
    Follow.objects.bulk_create([follow], ignore_conflicts=True)
    # Where another window was first, its row has another id.
    if not Follow.objects.filter(pk=follow.pk).exists():
        return False
    artist_followed.send(sender=Follow, follow=follow)
    return True


@transaction.atomic
def unfollow_artist(*, artist: Artist, user: User) -> bool:
    """``user`` follows ``artist`` no longer; False where she did not."""
    follow = Follow.objects.select_for_update().filter(follower=user, artist=artist).first()
    if follow is None:
        return False
    Follow.objects.filter(pk=follow.pk).delete()
    artist_unfollowed.send(sender=Follow, follow=follow)
    return True
