from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "recommendations"
    label = "recommendations"

    def ready(self) -> None:
        from django.core.signals import request_finished, request_started

        from recommendations import listening, versions

        listening.connect()
        request_started.connect(versions.begin_request, dispatch_uid="recommendations.versions.begin")
        request_finished.connect(versions.end_request, dispatch_uid="recommendations.versions.end")
