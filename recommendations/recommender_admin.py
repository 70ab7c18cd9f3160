"""For administrators: the versions of the recommender, what they were measured at, and the switch between them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from recommendations.models import RecommenderSwitch, RecommenderVersion
from recommendations.services import switch_back, switch_recommender

_ADMINISTRATOR = RecommenderSwitch.Origin.ADMINISTRATOR


class _LookOnly(admin.ModelAdmin[Any]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(RecommenderVersion)
class RecommenderVersions(_LookOnly):
    """The list; a version's page shows all that was measured."""

    list_display = ["version", "is_present", "state", "reached", "of_heuristic", "of_popularity", "why", "switched_at"]
    fields = ["version", "state", "why", "is_present", "made_at", "switched_at", "measured", "spaces", "storage_prefix"]
    readonly_fields = ["why", "measured", "spaces"]
    list_filter = ["state"]
    ordering = ["-made_at"]
    actions = ["rank_by", "rank_as_before"]

    def has_switch_permission(self, request: HttpRequest) -> bool:
        """Who may change versions may switch, though nobody edits one."""
        return request.user.has_perm("recommendations.change_recommenderversion")

    @admin.display(description=_("NDCG@20"))
    def reached(self, version: RecommenderVersion) -> str:
        """Of the version itself."""
        return _measure(version, "ours")

    @admin.display(description=_("Without a model"))
    def of_heuristic(self, version: RecommenderVersion) -> str:
        """Of feeds without a trained model, for the same people."""
        return _measure(version, "heuristic")

    @admin.display(description=_("Popularity"))
    def of_popularity(self, version: RecommenderVersion) -> str:
        """Of what is popular, for the same people."""
        return _measure(version, "popularity")

    @admin.display(description=_("Why it was refused"))
    def why(self, version: RecommenderVersion) -> str:
        """Empty where it is ready."""
        return version.why_refused

    @admin.display(description=_("Measured"))
    def measured(self, version: RecommenderVersion) -> str:
        """All figures, one a line."""
        measures = version.manifest.get("measures", {})
        return "\n".join(f"{name}: {value:.4f}" for name, value in sorted(measures.items()))

    @admin.display(description=_("Spaces"))
    def spaces(self, version: RecommenderVersion) -> str:
        """What it reads of works."""
        return "\n".join(f"{space} {name}" for space, name, _size in version.manifest.get("spaces", []))

    @admin.action(description=_("Rank feeds by this version"), permissions=["switch"])
    def rank_by(self, request: HttpRequest, chosen: QuerySet[RecommenderVersion]) -> None:
        """One version must be chosen."""
        names = list(chosen.values_list("version", flat=True)[:2])
        if len(names) != 1:
            messages.error(request, gettext("Choose one version."))
            return
        assert isinstance(request.user, User)
        try:
            switch_recommender(version=names[0], origin=_ADMINISTRATOR, administrator=request.user)
        except AtelierError as error:
            messages.error(request, f"{error.message} {error.way_out}".strip())
            return
        messages.success(request, gettext("Feeds are ranked by %(version)s.") % {"version": names[0]})

    @admin.action(description=_("Go back to what ranked feeds before the last switch"), permissions=["switch"])
    def rank_as_before(self, request: HttpRequest, chosen: QuerySet[RecommenderVersion]) -> None:
        """Whatever is chosen."""
        assert isinstance(request.user, User)
        try:
            before = switch_back(origin=_ADMINISTRATOR, administrator=request.user)
        except AtelierError as error:
            messages.error(request, f"{error.message} {error.way_out}".strip())
            return
        if before is None:
            messages.success(request, gettext("Feeds are ranked without a trained model."))
        else:
            messages.success(request, gettext("Feeds are ranked by %(version)s.") % {"version": before.version})


def _measure(version: RecommenderVersion, name: str) -> str:
    value = version.manifest.get("measures", {}).get(f"ndcg_{name}")
    return "" if value is None else f"{value:.4f}"


@admin.register(RecommenderSwitch)
class RecommenderSwitches(_LookOnly):
    """Which version took whose place, when and by whom."""

    list_display = ["switched_at", "before", "after", "origin", "administrator"]
    list_filter = ["origin"]
    list_select_related = ["administrator"]
    ordering = ["-switched_at"]
