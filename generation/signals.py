"""What the rooms above wait for. Both are sent inside the transaction that made the change."""

from django.dispatch import Signal

# Receivers get `output` (GenerationOutput). Sent once for each (job, index).
output_delivered = Signal()
# Receivers get `job` (GenerationJob, row locked): finished, failed, cancelled or set aside. Sent once for each job,
# and once more when one that was set aside ends after an administrator had it tried again.
job_ended = Signal()
