"""The app's addresses, and `/empty/`."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from reviewapp.urls import urlpatterns as app_patterns


def empty(_request: HttpRequest) -> HttpResponse:
    """Answer with nothing."""
    return HttpResponse()


urlpatterns = [path("empty/", empty), *app_patterns]
