"""The only settings module; the environment decides (docs/operations.md lists the variables)."""

from __future__ import annotations

from pathlib import Path

from base.registry import plug_in
from config import database, env

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.text("ENVIRONMENT", "development")
if ENVIRONMENT not in ("development", "production"):
    raise env.Misconfigured("ENVIRONMENT must be development or production.")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".data"))).resolve()

SECRET_KEY = env.secret(
    "SECRET_KEY",
    production=PRODUCTION,
    development="only-for-development-and-tests-never-in-production",
)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "") if PRODUCTION else ["127.0.0.1", "localhost", "testserver"]
if PRODUCTION and (not ALLOWED_HOSTS or any("*" in host or host[0] == "." for host in ALLOWED_HOSTS)):
    raise env.Misconfigured("ALLOWED_HOSTS must name the hosts that are served, without wildcards.")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "base",
    "areas",
    "notices",
    "accounts",
    "people",
    "checklist",
    "guides",
    "reports",
    "sync",
    "privacy",
    "web",
]

MIDDLEWARE = [
    "base.api.RequestLog",
    "base.api.Wire",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "base.api.AdminSite",
]
# base.api.AdminSite stacks these five for /admin/ alone: sessions, sign-in, messages, frames, CSRF.
SILENCED_SYSTEM_CHECKS = ["admin.E408", "admin.E409", "admin.E410", "security.W002", "security.W003"]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

_ADDRESS, APPLICATION_ROLE = database.addresses(production=PRODUCTION)
DATABASES = {"default": database.settings_of(_ADDRESS)}
# What the role that serves may add to and not delete; where it may change these columns alone
# (grant_application).
ONLY_GROW = {"reports_opening", "accounts_accessnote", "accounts_accesslink", "privacy_breach"}
CHANGED_ONLY_IN = {
    "checklist_observation": ("hamlet_id", "revision"),  # it goes where its person goes
    "people_consent": ("hamlet_id", "revision", "representative_id"),  # the last, when he is forgotten
    "privacy_breach": ("alarm", "closed_at"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("full_name", "phone")},
    },
]

# Admins need a second factor; elsewhere than in production only once they have set one up.
SECOND_FACTOR = PRODUCTION

# The identity provider of the province, where there is one (docs/operations.md).
OIDC_ISSUER = env.text("OIDC_ISSUER", "")
if PRODUCTION and OIDC_ISSUER and not OIDC_ISSUER.startswith("https://"):
    raise env.Misconfigured("OIDC_ISSUER must begin with https://")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID", None if OIDC_ISSUER else "")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET", None if OIDC_ISSUER else "")
OIDC_REDIRECT_URI = env.text("OIDC_REDIRECT_URI", None if OIDC_ISSUER else "")
OIDC_SCOPE = env.text("OIDC_SCOPE", "openid phone")
# The claim that holds the phone of the account, and the levels (acr) that count as a second factor.
OIDC_CLAIM = env.text("OIDC_CLAIM", "phone_number")
OIDC_ACR = env.words("OIDC_ACR", "")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Nobody else's page reads ours, style sheets included.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# One JSON body; a roster file has its own limit in people.formats.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["base.api.BoundedUpload"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.auth.DeviceToken"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.auth.SecondFactor",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "base.api.problem_of",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sẵn Sàng Số",
    "DESCRIPTION": "Hỗ trợ Tổ công nghệ số cộng đồng đưa mọi người dân lên môi trường số.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "POSTPROCESSING_HOOKS": ["base.api.document_problems"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# A lower room reaches an upper one only through a plug: a name written here (docs/decisions/0005).
plug_in(
    {
        "base.request_done": "accounts.auth.request_done",
        "base.request_refused": "accounts.auth.request_refused",
        "accounts.count_entrusted": "people.queries.entrusted.count_entrusted",
        "people.persons_changed": "checklist.actions.follow_persons",
        "people.persons_moved": "checklist.actions.follow_moves",
        "people.record_marks": "checklist.actions.record_marks",
        "people.retract_marks": "checklist.actions.retract_marks",
        "people.forget_facts": "checklist.actions.forget_facts",
        "people.hide_facts": "checklist.actions.hide_facts",
        "people.withdrawn": "privacy.actions.follow_withdrawals",
        "privacy.forget_said": "sync.actions.forget_records",
        "privacy.said": "sync.queries.disclosing.held_on",
        "privacy.forget_files": "reports.actions.forget_files",
        "privacy.find_file": "reports.queries.exports.find_file",
        "privacy.drop_said": "sync.actions.drop_said",
        "privacy.drop_held": "sync.actions.drop_held",
        "privacy.drop_reasons": "reports.actions.drop_reasons",
        "people.standings": "checklist.queries.describe_standings",
        "people.household_readiness": "checklist.queries.count_ready_adults",
        "people.filter_households": "checklist.queries.filter_households",
    }
)

# What links in notices begin with, and how e-mail leaves: without a server it is written to the console.
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip("/")
# Whom to tell of a hole, as /.well-known/security.txt says it.
SECURITY_CONTACT = env.contact("SECURITY_CONTACT", None if PRODUCTION else "mailto:security@localhost")
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "san-sang-so@localhost")

# Where files for the office lie for a day; the web and the worker need the same folder.
EXPORTS_DIR = Path(env.text("EXPORTS_DIR", str(DATA_DIR / "exports"))).resolve()
# What seals them, and phones and addresses (base.sealed): the secret of today, and the one before it while
# something under it is left. The blind indexes are nested in all their secrets, the oldest first.
SEALING_KEYS = [
    env.secret(
        "SEALING_KEY",
        production=PRODUCTION,
        development="only-for-development-and-tests-it-seals-nothing",
    ),
    *filter(None, [env.text("SEALING_KEY_BEFORE", "")]),
]
INDEX_KEYS = [
    *env.words("INDEX_KEY_BEFORE", ""),
    env.secret(
        "INDEX_KEY",
        production=PRODUCTION,
        development="only-for-development-and-tests-it-hides-nothing",
    ),
]
if len(INDEX_KEYS) > 255 or len(set(INDEX_KEYS)) < len(INDEX_KEYS):
    raise env.Misconfigured("INDEX_KEY_BEFORE must name each secret once, and INDEX_KEY another one.")
env.different(SECRET_KEY=SECRET_KEY, SEALING_KEY=SEALING_KEYS[0], INDEX_KEY=INDEX_KEYS[-1])

# The ledger of erasures that survives the database: on a disk of its own, and in every backup.
ERASURES_FILE = env.text("ERASURES_FILE", str(DATA_DIR / "erasures.log"))
# Public holidays whose days change each year (Tet, the Hung Kings): "2027-02-05 2027-02-08".
HOLIDAYS = env.words("HOLIDAYS", "")

# For whom a representative has to agree (people.rules.basis says whence 14).
MINOR_UNDER = env.number("MINOR_UNDER", 14)
# What signs the ends of the log of access: the secret of today, and the one before it. Signed heads are
# written outside the database, too: keep this folder on another machine, or collect them from the log.
AUDIT_KEYS = [
    env.secret(
        "AUDIT_KEY",
        production=PRODUCTION,
        development="only-for-development-and-tests-it-proves-nothing",
    ),
    *filter(None, [env.text("AUDIT_KEY_BEFORE", "")]),
]
AUDIT_HEADS_DIR = Path(env.text("AUDIT_HEADS_DIR", str(DATA_DIR / "audit-heads"))).resolve()

# Self-checks from one IPv4 address or IPv6 /64: carriers put thousands of phones behind one.
SELF_CHECKS_AN_HOUR = env.number("SELF_CHECKS_AN_HOUR", 600)

REDIS_URL = env.text("REDIS_URL", None if PRODUCTION else "redis://127.0.0.1:6379/0")
# How long a request waits for a Redis that hangs: it asks twice at most (50 ms), then goes on without it, or
# is closed where trying must be counted.
REDIS_PATIENCE_MS = env.number("REDIS_PATIENCE_MS", 25)
# Whose counts these are, where several houses count on one Redis.
REDIS_PREFIX = env.text("REDIS_PREFIX", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JSONLine"}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}
    },
    "root": {"handlers": ["stdout"], "level": "WARNING"},
    "loggers": {
        "audit": {"handlers": ["stdout"], "level": "INFO", "propagate": False},
        "notices": {"handlers": ["stdout"], "level": "INFO", "propagate": False},
        "request": {"handlers": ["stdout"], "level": "INFO", "propagate": False},
        # Django's own words for 4xx and 5xx would repeat paths and values: our line says it all.
        "django.request": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django.security": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}

if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A quarter of an hour after the last click, and eight hours after the sign-in (base.api.AdminSite).
SESSION_COOKIE_AGE, SESSION_LONGEST = 15 * 60, 8 * 3600
SESSION_SAVE_EVERY_REQUEST = True
# The names under which /admin/ is served, where it is not to be under all.
OFFICE_HOSTS = env.words("OFFICE_HOSTS", "")
X_FRAME_OPTIONS = "DENY"
