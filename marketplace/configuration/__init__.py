"""Every setting that the environment may give, its default, and what a wrong value says at start-up.

``docs/configuration.md`` is made from these classes (``make docs``). A malformed value stops start-up with one line for
each fault; production also refuses the demo's secrets, the local Stripe and the test certificates.
"""

from marketplace.configuration.every_setting import Configuration
from marketplace.configuration.parsing import ROOT
from marketplace.configuration.payouts import MINIMUMS_FORM, RATES_FORM
from marketplace.configuration.start import read_configuration
from marketplace.configuration.web import DEMO_SECRET

__all__ = ["DEMO_SECRET", "MINIMUMS_FORM", "RATES_FORM", "ROOT", "Configuration", "read_configuration"]
