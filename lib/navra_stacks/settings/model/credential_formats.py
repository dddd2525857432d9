"""Formats of credentials: prefixes that vendors give their keys, and forms that contain a password.

Every format has the page that documents it. A format without a fixed prefix, such as the secret key
of AWS, is recognized only by the name of the value; see `settings.model.credentials`.
"""

from typing import NamedTuple

__all__ = ["FORMATS", "CredentialFormat"]


class CredentialFormat(NamedTuple):
    """A format by which a credential is recognized anywhere in a text."""

    name: str
    """What the credential is, for example ``GitHub token``."""

    pattern: str
    """A regular expression without groups that capture."""

    source: str
    """The page or the standard that documents the format."""


_REFERENCE = r"(?!\$|\{\{|<|%\w+%|\*+@)"
"""Excludes a placeholder in the place of a password, such as ``${DB_PASSWORD}``."""

_OPENROUTER = "https://openrouter.ai/docs/guides/features/guardrails/secret-formats"

FORMATS = (
    CredentialFormat(
        "AWS access key ID",
        r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
    ),
    CredentialFormat(
        "presigned AWS URL",
        r"X-Amz-(?:Signature|Security-Token)=[A-Za-z0-9%/+=]{20,}",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html",
    ),
    CredentialFormat(
        "GitHub token",
        r"\b(?:gh[opsur]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})",
        "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/"
        "about-authentication-to-github#githubs-token-formats",
    ),
    CredentialFormat(
        "GitLab token",
        r"\bgl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|rtr|soat|wt)-[A-Za-z0-9_-]{16,}",
        "https://docs.gitlab.com/security/tokens/#token-prefixes",
    ),
    CredentialFormat(
        "Slack token",
        r"\bxox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}|\bxapp-[0-9]-[A-Za-z0-9-]{10,}",
        "https://docs.slack.dev/authentication/tokens",
    ),
    CredentialFormat(
        "Slack webhook",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{10,}",
        "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks",
    ),
    CredentialFormat(
        "Discord webhook",
        r"discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/[0-9]+/[A-Za-z0-9_-]{10,}",
        "https://discord.com/developers/docs/resources/webhook#execute-webhook",
    ),
    CredentialFormat(
        "Telegram bot token",
        r"(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b",
        "https://core.telegram.org/bots/api#authorizing-your-bot",
    ),
    CredentialFormat(
        "Microsoft Teams webhook",
        r"webhook\.office\.com/webhookb2/[A-Za-z0-9@/-]{40,}",
        "https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/"
        "add-incoming-webhook",
    ),
    CredentialFormat(
        "Laravel encryption key",
        r"\bbase64:[A-Za-z0-9+/]{22,}={0,2}",
        "https://laravel.com/docs/encryption",
    ),
    CredentialFormat("OpenAI or Anthropic key", r"\bsk-[A-Za-z0-9_-]{20,}", _OPENROUTER),
    CredentialFormat(
        "Stripe key",
        r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|\bwhsec_[A-Za-z0-9+/=]{16,}",
        "https://docs.stripe.com/keys and https://docs.stripe.com/webhooks/signature",
    ),
    CredentialFormat(
        "Google API key",
        r"\bAIza[A-Za-z0-9_-]{35}",
        "https://cloud.google.com/docs/authentication/api-keys",
    ),
    CredentialFormat("Google OAuth client secret", r"\bGOCSPX-[A-Za-z0-9_-]{20,}", _OPENROUTER),
    CredentialFormat(
        "SendGrid key",
        r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
        "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
    ),
    CredentialFormat(
        "npm token",
        r"\bnpm_[A-Za-z0-9]{36}",
        "https://github.blog/security/announcing-npms-new-access-token-format",
    ),
    CredentialFormat(
        "PyPI token", r"\bpypi-Ag[A-Za-z0-9_-]{20,}", "https://pypitoken.readthedocs.io/en/latest/"
    ),
    CredentialFormat(
        "DigitalOcean token",
        r"\bdo[opr]_v1_[a-f0-9]{40,}",
        "https://docs.digitalocean.com/reference/api/create-personal-access-token/",
    ),
    CredentialFormat(
        "HashiCorp Vault token",
        r"\bhv[brs]\.[A-Za-z0-9_-]{20,}",
        "https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes",
    ),
    CredentialFormat(
        "Tailscale key",
        r"\btskey-[a-z]+-[A-Za-z0-9-]{10,}",
        "https://tailscale.com/kb/1277/key-prefixes",
    ),
    CredentialFormat(
        "JSON web token",
        r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*",
        "RFC 7519, https://www.rfc-editor.org/rfc/rfc7519",
    ),
    CredentialFormat(
        "private key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY"
        r"(?:[\s\S]*?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?",
        "RFC 7468, https://www.rfc-editor.org/rfc/rfc7468",
    ),
    CredentialFormat(
        "Azure shared access signature",
        r"[?&;]sig=[A-Za-z0-9%/+=]{20,}",
        "https://learn.microsoft.com/azure/storage/common/storage-sas-overview",
    ),
    CredentialFormat(
        "URL with a password",
        rf"://[^/\s:@]*:{_REFERENCE}[^/\s@]+@",
        "RFC 3986, section 3.2.1, https://www.rfc-editor.org/rfc/rfc3986",
    ),
    CredentialFormat(
        "URL with a token in the place of the user",
        r"://(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{20,}@",
        "https://docs.sentry.io/concepts/key-terms/dsn-explainer/",
    ),
    CredentialFormat(
        "data source name of Go's MySQL driver",
        rf":{_REFERENCE}[^\s@:/]{{1,128}}@(?:tcp|unix)\(",
        "https://github.com/go-sql-driver/mysql#dsn-data-source-name",
    ),
    CredentialFormat(
        "JDBC URL of Oracle",
        rf"jdbc:oracle:(?:thin|oci):[^/\s@]+/{_REFERENCE}[^@\s]+@",
        "https://docs.oracle.com/en/database/oracle/oracle-database/21/jjdbc/"
        "data-sources-and-URLs.html",
    ),
    CredentialFormat(
        "authorization header",
        r"(?i:\bbearer(?:[ \t]+|%20)(?=[a-z._~+/=-]*[0-9])[a-z0-9._~+/=-]{16,})"
        r"|(?i:authorization[\"']?[ \t]*[:=][ \t]*[\"']?basic(?:[ \t]+|%20)[a-z0-9+/=]{8,})",
        "RFC 6750 and RFC 7617, https://www.rfc-editor.org/rfc/rfc6750; encoded in "
        "https://opentelemetry.io/docs/specs/otel/protocol/exporter/",
    ),
)
"""All formats."""
