"""A grid, and its cells with the jobs that make their pictures."""

from typing import Any

from django.db import models

from generation.models import GenerationJob, GenerationModel
from marketplace.accounts.models import User
from marketplace.core.ids import new_id


class PictureGrid(models.Model):
    """What was ordered: settings of all cells, and one or two axes along which they differ."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="picture_grids")
    submission = models.UUIDField(default=new_id, editable=False, help_text="One form sent twice makes one grid.")
    model = models.ForeignKey(GenerationModel, on_delete=models.PROTECT, related_name="+")
    settings: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        help_text="PictureSettings that all cells share; the prompt holds {x} and {y}."
    )
    x_axis: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(help_text="grids.axes.Axis")
    y_axis: "models.JSONField[dict[str, Any] | None, dict[str, Any] | None]" = models.JSONField(
        null=True, blank=True, help_text="The same; empty: a grid of one row."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["owner", "submission"], name="one_grid_per_submission")]
        indexes = [models.Index(fields=["owner", "-created_at"], name="grids_of_an_owner")]

    def __str__(self) -> str:
        return f"grid {self.id}"


class GridCell(models.Model):
    """One place of a grid. ``job`` is the latest that was ordered for it: one that is tried again gets a new one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    grid = models.ForeignKey(PictureGrid, on_delete=models.CASCADE, related_name="cells")
    column = models.PositiveSmallIntegerField()
    row = models.PositiveSmallIntegerField()
    job = models.OneToOneField(GenerationJob, on_delete=models.PROTECT, related_name="grid_cell")

    class Meta:
        ordering = ["grid", "row", "column"]
        constraints = [models.UniqueConstraint(fields=["grid", "row", "column"], name="one_cell_per_place")]

    def __str__(self) -> str:
        return f"{self.grid_id} {self.column},{self.row}"

    @property
    def place(self) -> tuple[int, int]:
        """Column and row."""
        return self.column, self.row


class EarlierTry(models.Model):
    """A job that ended without its cell's picture, before the cell was tried again: it stays the grid's, and stands in
    no list of single jobs.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cell = models.ForeignKey(GridCell, on_delete=models.CASCADE, related_name="earlier_tries")
    job = models.OneToOneField(GenerationJob, on_delete=models.PROTECT, related_name="earlier_try")

    def __str__(self) -> str:
        return f"{self.cell_id}: {self.job_id}"
