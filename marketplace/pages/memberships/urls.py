"""Memberships: an artist's page for joining, a member's own, an artist's tiers."""

from django.urls import path

from marketplace.pages.memberships import joining, mine, tiers

urlpatterns = [
    path("artists/<slug:handle>/membership", joining.artist_membership, name="artist_membership"),
    path("memberships/join/<uuid:price_id>", joining.join_artist, name="join_artist"),
    path("memberships", mine.my_memberships, name="my_memberships"),
    path("memberships/<uuid:membership_id>/state", mine.membership_state, name="membership_state"),
    path("memberships/<uuid:membership_id>/change/<uuid:price_id>", mine.change, name="change_membership"),
    path("memberships/<uuid:membership_id>/stay", mine.withdraw, name="withdraw_membership_change"),
    path("memberships/<uuid:membership_id>/leave", mine.leave, name="leave_membership"),
    path("memberships/<uuid:membership_id>/keep", mine.keep, name="keep_membership"),
    path("memberships/<uuid:membership_id>/card", mine.card, name="membership_card"),
    path("account/memberships", tiers.my_tiers, name="my_tiers"),
    path("account/memberships/<uuid:tier_id>", tiers.edit, name="edit_tier"),
    path("account/memberships/<uuid:tier_id>/switch", tiers.switch, name="switch_tier"),
]
