"""What other rooms may wait for. Sent inside the transaction of the change; receivers get `work`."""

from django.dispatch import Signal

work_listed = Signal()
work_changed = Signal()
work_hidden = Signal()
