"""Settings of the review app: safe by default, changed by environment variables alone."""

import os
import secrets
from pathlib import Path

import dj_database_url

from lesions.atomic import write_atomically

BASE_DIR = Path(__file__).resolve().parent.parent
#: Everything that must stay private and be backed up: database, volumes, the secret key.
DATA_DIR = Path(os.environ.get("SECOND_LOOK_DATA", BASE_DIR / "var")).resolve()
#: Images, crops and masks, named by their content; never served as a folder.
VOLUME_DIR = DATA_DIR / "volumes"


def _secret_key() -> str:
    """Give the key from the environment, or one made at first use and kept with the data."""
    if key := os.environ.get("SECOND_LOOK_SECRET_KEY"):
        return key
    path = DATA_DIR / "secret_key"
    if not path.is_file():
        DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        with write_atomically(path, private=True) as temporary:
            temporary.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


DEBUG = os.environ.get("SECOND_LOOK_DEBUG") == "1"
SECRET_KEY = _secret_key()
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
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "reviewapp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "reviewapp.security.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
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
DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{SQLITE_FILE}", conn_max_age=60)}
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
    }
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
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
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "reviewapp.api.problems.handle",
}
#: Django prints faults to the console in development alone; a server's operator needs them too.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},
}
