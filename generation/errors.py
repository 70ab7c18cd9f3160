"""What can go wrong with generation jobs, in words."""

from marketplace.core.errors import Conflict, Final, InvalidInput, NotAllowed, NotFound


class JobNotFound(NotFound):
    """There is no such job of yours."""

    code = "job_not_found"


class OutputNotFound(NotFound):
    """There is no such picture of yours."""

    code = "output_not_found"


class JobEndedAlready(Conflict):
    """This job has ended already."""

    code = "job_ended_already"


class NotParked(Conflict):
    """This job is not set aside any more."""

    code = "job_not_parked"


class NotAdministrator(NotAllowed):
    """Only administrators of the generation may do this."""

    code = "not_administrator"


class SettingsUnusable(InvalidInput):
    """These settings cannot be used."""

    code = "generation_settings_unusable"


class NoModelInstalled(Final):
    """No image model is installed."""

    code = "no_model_installed"


class ReportUnusable(Final):
    """What the worker reported cannot be used."""

    code = "report_unusable"
