"""Settings of the review app: safe by default, changed by environment variables alone."""

import os
from datetime import timedelta
from pathlib import Path

import dj_database_url

from reviewapp.secret_key import kept_secret
from reviewapp.stores.bucket import bucket_of

BASE_DIR = Path(__file__).resolve().parent.parent
#: Everything that must stay private and be backed up: database, volumes, the secret key.
DATA_DIR = Path(os.environ.get("SECOND_LOOK_DATA", BASE_DIR / "var")).resolve()
#: Images, crops and masks, named by their content; never served as a folder.
VOLUME_DIR = DATA_DIR / "volumes"
#: The bucket that has them in the folder's place; its keys are in AWS's usual variables.
BUCKET = bucket_of(
    os.environ.get("SECOND_LOOK_VOLUMES", ""), os.environ.get("SECOND_LOOK_S3_ENDPOINT", "")
)
#: Where nginx has the volumes as an internal location, so that it sends them once a view has
#: checked the rater (X-Accel-Redirect; deploy/nginx.conf). Empty: the app sends them itself.
ACCEL_PREFIX = os.environ.get("SECOND_LOOK_ACCEL", "").rstrip("/")


DEBUG = os.environ.get("SECOND_LOOK_DEBUG") == "1"
SECRET_KEY = os.environ.get("SECOND_LOOK_SECRET_KEY") or kept_secret(DATA_DIR / "secret_key")
#: Written by `build_demo`: the data are phantoms and the passwords are published, so the site
#: shows them at sign-in and answers on this machine alone.
DEMO_MARKER = DATA_DIR / "demo.json"
DEMO = DEMO_MARKER.is_file()
LOCAL_HOSTS = "127.0.0.1,localhost"
ALLOWED_HOSTS = (LOCAL_HOSTS if DEMO else os.environ.get("SECOND_LOOK_HOSTS", LOCAL_HOSTS)).split(
    ","
)
#: Served over HTTPS behind a proxy that sets X-Forwarded-Proto.
HTTPS = os.environ.get("SECOND_LOOK_HTTPS") == "1"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

#: Proxies of ours in front, each of which adds to X-Forwarded-For the address that it was asked by.
PROXIES = int(os.environ.get("SECOND_LOOK_PROXIES", "1" if HTTPS else "0"))
#: Preloading binds a whole domain, for years: its owner's decision, not one of its servers'.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

#: A session is over after so long without use, and so long after it began.
SESSION_IDLE_S = 60 * float(os.environ.get("SECOND_LOOK_IDLE_MINUTES", "60"))
SESSION_COOKIE_AGE = round(3600 * float(os.environ.get("SECOND_LOOK_SESSION_HOURS", "12")))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "drf_spectacular",
    "reviewapp",
]
MIDDLEWARE = [
    "reviewapp.security.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "reviewapp.bodies.bounded_bodies",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "reviewapp.session_limits.limited_sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_HANDLER = "reviewapp.sign_in_limits.Limits"
AXES_LOCKOUT_CALLABLE = "reviewapp.sign_in_limits.locked_out"
AXES_CLIENT_IP_CALLABLE = "reviewapp.client_address.client_address"
AXES_FAILURE_LIMIT = 1
#: How long django-axes remembers a wrong password; the waits are those of reviewapp.sign_in_limits.
AXES_COOLOFF_TIME = timedelta(hours=24)
#: Whose wrong passwords a right one takes back.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
#: What an authenticator app calls us.
OTP_TOTP_ISSUER = "Second Look"
ROOT_URLCONF = "reviewapp.urls"
WSGI_APPLICATION = "reviewapp.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reviewapp.demo_accounts.demo_accounts",
                "reviewapp.preferences.theme",
            ]
        },
    }
]
SQLITE_FILE = DATA_DIR / "second-look.sqlite3"
DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{SQLITE_FILE}", conn_max_age=60, conn_health_checks=True
    )
}
if "DATABASE_URL" not in os.environ and DATA_DIR.is_dir() and not SQLITE_FILE.exists():
    # SQLite itself would let every account of the machine read it, and its journal with it.
    SQLITE_FILE.touch(mode=0o600)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # An acknowledged answer is on the disk (FULL), readers don't wait for writers (WAL), and
    # writers wait for each other (up to `timeout` seconds) instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        **DATABASES["default"].get("OPTIONS", {}),  # as sqlite:////path?timeout=5 has them
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # The same patience, in place of PostgreSQL's own, which is endless.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 10,
        "options": "-c lock_timeout=20s",
        **DATABASES["default"].get("OPTIONS", {}),
    }
#: What a password needs that may be the only factor: NIST SP 800-63B-4, 3.1.1.2.
MIN_PASSWORD_LENGTH = 15
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": MIN_PASSWORD_LENGTH}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
#: Ours alone: the apps that we install bring files for pages that we don't have.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "reviewapp.staticfiles.ModuleManifestStorage"},
}
CSRF_FAILURE_VIEW = "reviewapp.error_pages.csrf_failure"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["reviewapp.api.requests.SignedIn"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "reviewapp.api.requests.OneForm",
    "DEFAULT_PARSER_CLASSES": ["reviewapp.api.requests.ObjectParser"],
    "DEFAULT_RENDERER_CLASSES": ["reviewapp.api.renderers.Renderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "reviewapp.api.problems.handle",
    # OPTIONS would describe an address to whoever asks, before any look at rights.
    "DEFAULT_METADATA_CLASS": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Second Look",
    "DESCRIPTION": "Blinded expert review of lesion segmentations. The review page speaks it with "
    "a session, researchers' scripts with a token (docs/api.md).",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {"DrawnInEnum": "lesions.columns.DRAWN_IN"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "reviewapp.api.schema.close_shapes",
    ],
}
#: Django prints faults to the console in development alone; a server's operator needs them too.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},
}
