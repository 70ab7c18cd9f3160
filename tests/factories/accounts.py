"""People and storefronts."""

import factory
from allauth.account.models import EmailAddress

from marketplace.accounts.models import Artist, User

PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Person {n}")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted or PASSWORD)
        if create:
            self.save(update_fields=["password"])


def confirmed_user(**fields) -> User:
    """A person who has proved that the address is hers."""
    user = UserFactory(**fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


class ArtistFactory(factory.django.DjangoModelFactory):
    """A storefront as its row alone; `open_storefront` is the service that also grants credits."""

    class Meta:
        model = Artist

    user = factory.SubFactory(UserFactory)
    handle = factory.Sequence(lambda n: f"artist-{n}")
    name = factory.Sequence(lambda n: f"Artist {n}")
