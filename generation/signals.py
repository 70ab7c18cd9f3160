"""What the rooms above wait for. Both are sent inside the transaction that made the change."""

from django.dispatch import Signal

# Receivers get `output` (GenerationOutput). Sent once for each (job, index).
output_delivered = Signal()
# Receivers get `job` (GenerationJob, row locked): finished, failed or cancelled. Sent once for each job.
job_ended = Signal()
