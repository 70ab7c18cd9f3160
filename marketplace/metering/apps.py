from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "marketplace.metering"
    label = "metering"

    def ready(self) -> None:
        from generation.signals import output_delivered
        from marketplace.metering import receivers

        output_delivered.connect(receivers.meter_picture, dispatch_uid="metering.meter_picture")
