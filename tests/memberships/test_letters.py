"""Letters speak their reader's language and say why it ended."""

import pytest

from marketplace.memberships.letters import write_about_membership
from marketplace.memberships.models import MembershipLetter
from marketplace.memberships.services.telling import write_once
from tests.factories.accounts import UserFactory
from tests.factories.memberships import member_in, offered_tier

pytestmark = pytest.mark.django_db
KIND = MembershipLetter.Kind


def letter_to(mailoutbox, kind, *, language="en", **more):
    tier = offered_tier(name_en="Friend", name_zh_hans="朋友")
    member = member_in(tier, UserFactory(language=language), **more)
    for _ in range(2):
        write_once(member, kind)
    write_about_membership(letter_id=MembershipLetter.objects.get().pk)
    (message,) = mailoutbox
    assert message.to == [member.user.email]
    return message.body


def test_a_chinese_reader_gets_the_tier_by_its_chinese_name(mailoutbox):
    body = letter_to(mailoutbox, KIND.JOINED, language="zh-hans")
    assert "朋友" in body
    assert "Friend" not in body


@pytest.mark.parametrize(
    ("more", "said", "may_join"),
    [
        ({"ended_because": "left"}, "Nothing more is charged. Thank you", True),
        ({"ended_because": "unpaid"}, "The payment did not arrive.", True),
        ({"ended_because": "refunded"}, "Your payment was returned to you.", True),
        ({"ended_because": "disputed"}, "Your bank took the payment back.", True),
        ({"ended_because": "artist_closed"}, "The artist's account was closed.", False),
    ],
)
def test_an_end_says_why(mailoutbox, more, said, may_join):
    body = letter_to(mailoutbox, KIND.ENDED, state="canceled", **more)
    assert said in body
    assert ("You can join again" in body) == may_join


def test_an_overdue_member_is_led_to_her_card(mailoutbox):
    body = letter_to(mailoutbox, KIND.ENDED, state="past_due")
    assert "/card" in body
    assert "You can join again" not in body
