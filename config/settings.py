"""One settings file. Environments differ by variables, listed in docs/configuration.md."""

from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.environment import Environment

VERSION = "0.1.0"
BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")), parse_comments=True)

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- Core -----------------------------------------------------------------------------------------
INSECURE_SECRET_KEY = "insecure-default-key-good-for-tests-and-nothing-else"
# `make run` makes a key of its own in var/; a variable goes first.
_own_key = VAR_DIR / "secret_key"
SECRET_KEY = env.str(
    "SECRET_KEY", default=_own_key.read_text().strip() if _own_key.exists() else INSECURE_SECRET_KEY
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
HTTPS = env.bool("HTTPS", default=True)
# `make run` notes its own address there, so that commands by hand write the same links.
_own_address = VAR_DIR / "site_url"
SITE_URL = env.str(
    "SITE_URL",
    default=_own_address.read_text().strip() if _own_address.exists() else "http://localhost:8000",
).rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many reverse proxies stand in front and set X-Forwarded-For and X-Forwarded-Proto. 0: trust neither.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# gunicorn reads this one by itself; it stands here to be checked.
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=2)

INSTALLED_APPS = [
    "accounts",
    "transitions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "simple_history",
    "treebeard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.views.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "accounts.rendering.loaders.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "accounts.views.page.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- Rows -----------------------------------------------------------------------------------------
CONN_MAX_AGE = env.int("CONN_MAX_AGE", default=60)  # seconds; only where there is a server
DATABASES = {"default": env.database("DATABASE_URL", default=f"sqlite:///{VAR_DIR}/throughline.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue at BEGIN instead of failing half-way; a commit is on the disk when it returns.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = CONN_MAX_AGE
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Rows are in memory or on solid state: the server's default, four times the cost of reading in order,
    # is a turning disk's, and makes it read whole tables where an index has the few rows of one person.
    # DATABASE_URL goes first (`?options=...`).
    # What accounts.models.prepared lets it keep it plans once for all values.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", "-c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_cache = env.store("CACHE_URL", default="dbcache://cache")
CACHES = {"default": _cache, "ticks": _cache}
if _cache["BACKEND"].endswith(".RedisCache"):
    # Pages forget that Redis is away; who watches us must not. Neither waits long for it.
    _patience = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}
    _cache = {**_cache, "OPTIONS": {**_patience, **_cache.get("OPTIONS", {})}}
    CACHES = {
        "default": {**_cache, "BACKEND": "config.cache.Forgiving"},
        "ticks": {**_cache, "BACKEND": "config.cache.Strict"},
    }
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Files ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATIC_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- Who signs in ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.views.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.SignInForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
    "reset_password": "accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.sign_in.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.sign_in.ReauthenticateForm",
}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # else anybody could make us write to anybody
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told to its owner
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.views.adapter.ResetTokens"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
# Axes locks after 10; this is what one address may try on many accounts, and what a second factor stands.
ACCOUNT_RATE_LIMITS = {"login_failed": "50/h/ip,20/h/key", "bad_link": "120/m/ip"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Throughline"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are administrators' business; see accounts.services.people
USERSESSIONS_TRACK_ACTIVITY = False
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(hours=1)
# A pair, not the account alone: else anyone could lock a victim out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "accounts.views.adapter.client_address"
AXES_USERNAME_CALLABLE = "accounts.views.adapter.attempted_email"
AXES_USERNAME_FORM_FIELD = "login"
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
INVITATION_DAYS = 14

# --- Browser-side safety --------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "accounts.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's form icons are data: images
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "interest-cohort")
}

# --- Pages ----------------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Background work ------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("BROKER_URL", default="filesystem://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker as long as it takes
CELERY_BEAT_SCHEDULER = "config.clock:Clock"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# What rings, or nudges a worker, must not wait for a broker that is away or says nothing.
BROKER_IN_A_HURRY: dict[str, object] = {}
if CELERY_BROKER_URL.startswith("filesystem"):
    _queue = VAR_DIR / "queue"
    for _folder in ("in", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        # One folder is both ends of the pipe; see kombu.transport.filesystem.
        "data_folder_in": str(_queue / "in"),
        "data_folder_out": str(_queue / "in"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        # kombu looks for unacknowledged messages only every interval x throttle seconds.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "max_retries": 0,
        "socket_connect_timeout": 1,
    }
    BROKER_IN_A_HURRY = {"socket_connect_timeout": 0.4, "socket_timeout": 0.4}
# Beat only ticks. What is due is decided from rows; see docs/architecture.md.
CELERY_BEAT_SCHEDULE = {
    "send-calendars": {"task": "transitions.send_calendars", "schedule": 60.0, "options": {"expires": 55}},
    "plan-digests": {"task": "transitions.plan_digests", "schedule": 60.0, "options": {"expires": 55}},
    "send-deliveries": {"task": "accounts.send_deliveries", "schedule": 15.0, "options": {"expires": 14}},
    "run-jobs": {"task": "accounts.run_jobs", "schedule": 30.0, "options": {"expires": 28}},
    "recount-plans": {
        "task": "transitions.recount_plans",
        "schedule": crontab(minute=5),
        "options": {"expires": 3000},
    },
    "keep-promises": {
        "task": "transitions.keep_promises",
        "schedule": crontab(minute=15),
        "options": {"expires": 3000},
    },
    "standing-cover": {
        "task": "transitions.standing_cover",
        "schedule": crontab(hour=3, minute=10),
        "options": {"expires": 3600},
    },
    "purge": {"task": "accounts.purge", "schedule": crontab(hour=2, minute=40), "options": {"expires": 3600}},
}
# What each kind of background job runs. Every handler takes job, by and now.
JOB_HANDLERS = {
    "packet": "transitions.tasks.render_packet",
    "packets": "transitions.tasks.render_packets",
    "recount": "transitions.tasks.recount",
    "departure": "transitions.tasks.propose",
    "cover": "transitions.tasks.count_cover",
}

# --- Mail -----------------------------------------------------------------------------------------
EMAIL_CONFIG = env.mail("EMAIL_URL", default=f"filemail:///{VAR_DIR}/mail")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Throughline <throughline@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# One message to the mail server, connecting included; and for how long a sender holds a row. A row whose
# sender died is taken up by another when its lease has run out. The database's clock measures leases.
DELIVERY_SMTP_SECONDS = env.float("DELIVERY_SMTP_SECONDS", default=25)
DELIVERY_LEASE_SECONDS = env.float("DELIVERY_LEASE_SECONDS", default=45)
# Kinds of messages that are never sent a second time when it is unsure whether the first arrived.
DELIVERY_HOLD_KINDS = env.list("DELIVERY_HOLD_KINDS", default=[])
DELIVERY_KEEP_DAYS = env.int("DELIVERY_KEEP_DAYS", default=90)
# Asked directly before sending, by kind: given delivery and now, why it need not go out any more, or "".
DELIVERY_CHECKS = {
    "calendar": "transitions.services.feeds.why_not",
    "chat_digest": "transitions.services.digests.why_not",
    "chat_team_digest": "transitions.services.chat.why_no_team_digest",
    "chat_weekly": "transitions.services.weekly.why_not",
    "digest": "transitions.services.digests.why_not",
    "invitation": "accounts.services.invitations.why_not",
    "packet": "transitions.services.packets.why_not",
    "weekly": "transitions.services.weekly.why_not",
}

# --- Packets --------------------------------------------------------------------------------------
PACKET_CPU_SECONDS = env.int("PACKET_CPU_SECONDS", default=20)
PACKET_MEMORY_MB = env.int("PACKET_MEMORY_MB", default=1500)
PACKET_WALL_SECONDS = env.int("PACKET_WALL_SECONDS", default=30)

# --- Logs -----------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "config.logs.Lines", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}

# Every variable that this file asked for; a system check compares it with what was given.
KNOWN_VARIABLES = env.names
