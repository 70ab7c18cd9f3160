"""Django's settings, one file, all values from the environment by way of `marketplace.configuration`."""

import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from marketplace.configuration import read_configuration

# Lets generic classes such as ModelAdmin[Work] be written at run time.
django_stubs_ext.monkeypatch()

CONFIGURATION = read_configuration()
BASE_DIR = Path(__file__).resolve().parent.parent
PROFILE = CONFIGURATION.atelier_profile
IN_PRODUCTION = PROFILE == "production"

SECRET_KEY = CONFIGURATION.atelier_secret_key
DEBUG = False
ALLOWED_HOSTS = CONFIGURATION.allowed_hosts
BASE_URL = CONFIGURATION.atelier_base_url
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    # First, so that its templates come before those that other apps bring.
    "marketplace.pages",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "procrastinate.contrib.django",
    "marketplace.accounts",
    "marketplace.catalog",
    "marketplace.transparency",
    "marketplace.provenance",
    "marketplace.licensing",
    "marketplace.moderation",
    "marketplace.royalties",
    "marketplace.risk",
    "generation",
    "recommendations",
    "billing",
    "marketplace.studio",
    "marketplace.publishing",
    "marketplace.orders",
    "marketplace.memberships",
    "marketplace.verification",
    "marketplace.integrations",
    "marketplace.metering",
    "marketplace.digests",
    "marketplace.api",
    "marketplace.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "marketplace.pages.middleware.ContentSecurityPolicy",
    "marketplace.accounts.devices.DeviceCookie",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "marketplace.pages.middleware.ErrorsPeopleCanRead",
]

ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.pages.context.shop",
            ]
        },
    }
]

_database = urlsplit(CONFIGURATION.database_url)
# PostgreSQL's own numbers are those of turning disks: it would read all works to join a few hundred. Statements of some
# milliseconds gain nothing from being compiled.
_PLANNING = "-c random_page_cost=1.1 -c jit=off"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(_database.path.strip("/")),
        "USER": unquote(_database.username or ""),
        "PASSWORD": unquote(_database.password or ""),
        "HOST": _database.hostname or "",
        "PORT": str(_database.port or 5432),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"options": _PLANNING}
        | (
            {"pool": {"min_size": 1, "max_size": CONFIGURATION.database_pool_size, "timeout": 20}}
            if PROFILE != "test"
            else {}
        ),
        "TEST": {"NAME": None},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Tests make many accounts; everywhere else the slow default stays.
if PROFILE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_ADAPTER = "marketplace.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "marketplace.accounts.forms.SignUpForm"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

_email = urlsplit(CONFIGURATION.email_url)
EMAIL_BACKEND = "marketplace.metering.mail.MeteredBackend"
EMAIL_HOST = _email.hostname or ""
EMAIL_PORT = _email.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[_email.scheme]
EMAIL_HOST_USER = unquote(_email.username or "")
EMAIL_HOST_PASSWORD = unquote(_email.password or "")
EMAIL_USE_TLS = _email.scheme == "smtp+tls"
EMAIL_USE_SSL = _email.scheme == "smtps"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = CONFIGURATION.email_from
SERVER_EMAIL = CONFIGURATION.email_from

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = sorted((BASE_DIR / "marketplace" / "locale").glob("*/"))
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PROFILE != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Tests serve the files where they lie; elsewhere `collectstatic` gathers them.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = PROFILE == "test"
WHITENOISE_MANIFEST_STRICT = PROFILE != "test"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if IN_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "marketplace.api.pagination.Pages",
    "PAGE_SIZE": 24,
    "EXCEPTION_HANDLER": "marketplace.api.errors.answer_error",
    # Left out, throttles would believe whatever X-Forwarded-For a visitor writes.
    "NUM_PROXIES": CONFIGURATION.atelier_trusted_proxies,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Atelier API",
    "DESCRIPTION": "Generate, publish, search, buy and verify AI-made art.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Choices of one field name in several places would otherwise get numbered names.
    "ENUM_NAME_OVERRIDES": {
        "LanguageEnum": LANGUAGES,
        "IntervalEnum": "billing.models.plans.Interval",
        # Of plans and of memberships; it had this name before there were others.
        "PlanSubscriptionStateEnum": "billing.models.SubscriptionAtStripe.State",
        "PlanAudienceEnum": "billing.models.plans.Audience",
        "WorkAudienceEnum": "marketplace.catalog.audiences.Audience",
        "PublishingLanguageEnum": [code for code, _name in LANGUAGES],
        "ReportReasonEnum": "marketplace.moderation.models.Report.Reason",
        "SearchAlertsEnum": "recommendations.models.SavedSearch.Alerts",
        "RecommendationReasonEnum": ["like", "popular", "new"],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr}},
    "root": {"handlers": ["stderr"], "level": CONFIGURATION.atelier_log_level},
    # procrastinate tells of every task that it registers, at every command.
    "loggers": {name: {"level": "WARNING"} for name in ("procrastinate.blueprints", "procrastinate.periodic")},
}
