"""An example of each kind of credential.

The examples are concatenated, so that secret scanners do not report this file.
"""

KEY = "a1B2c3D4" * 5
"""40 letters and digits, in the place of a random string."""

JWT = ".".join(["eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0", "c2lnbmF0dXJl"])

BY_FORMAT = {
    "a token of a Telegram bot": f"https://api.telegram.org/bot123456789:AA{KEY[:33]}/getMe",
    "a webhook of Teams": f"https://shop.webhook.office.com/webhookb2/{KEY}@x/IncomingWebhook/0",
    "a key of Laravel": f"base64:{KEY}wxY=",
    "an encoded basic authorization": f"Authorization=Basic%20{KEY}",
    "an AWS access key": "AKIA" + "IOSFODNN7EXAMPLE",
    "a temporary AWS key": "ASIA" + "IOSFODNN7EXAMPLE",
    "a presigned AWS URL": "https://b.s3.amazonaws.com/o?X-Amz-Sig" + f"nature={KEY}",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END",
    "a key of OpenAI": "sk-" + "proj-" + KEY,
    "a key of Anthropic": "sk-" + "ant-api03-" + KEY,
    "a token of GitHub": "ghp" + "_" + KEY,
    "an OAuth token of GitHub": "gho" + "_" + KEY,
    "a fine-grained token of GitHub": "github" + "_pat_" + KEY,
    "a token of GitLab": "glpat" + "-" + KEY[:20],
    "a deploy token of GitLab": "gldt" + "-" + KEY[:20],
    "a token of Slack": "xoxb" + "-1234567890-aBcDeF",
    "an app token of Slack": "xapp" + f"-1-{KEY}",
    "a webhook of Slack": "https://hooks.slack" + ".com/services/T00000000/B00000000/" + KEY[:24],
    "a webhook of Discord": "https://discord" + ".com/api/webhooks/123456789/" + KEY,
    "a key of Stripe": "sk" + "_live_" + KEY[:24],
    "a restricted key of Stripe": "rk" + "_live_" + KEY[:24],
    "a webhook secret of Stripe": "whsec" + "_" + KEY[:32],
    "a key of Google": "AIza" + KEY[:35],
    "an OAuth secret of Google": "GOCSPX" + "-" + KEY[:28],
    "a key of SendGrid": ".".join(["SG", KEY[:22], KEY]),
    "a token of npm": "npm" + "_" + KEY[:36],
    "a token of PyPI": "pypi" + "-AgEIcHlwaS5vcmc" + KEY,
    "a token of DigitalOcean": "dop" + "_v1_" + "0a1b2c3d" * 8,
    "a token of Vault": "hvs" + "." + KEY,
    "a key of Tailscale": "tskey" + "-auth-" + KEY[:20],
    "a JSON web token": JWT,
    "a shared access signature": "https://a.blob.core.windows.net/c?sv=2024&" + f"sig={KEY}",
    "a URL with a password": "postgres://app:" + "hunter2@db.shop.example/shop",
    "a URL with a password alone": "redis://:" + "hunter2@cache.shop.example:6379",
    "a URL with a token": "https://" + KEY[:32] + "@o1.ingest.sentry.example/42",
    "a data source name of MySQL": "app:" + "hunter2@tcp(db.shop.example:3306)/shop",
    "a JDBC URL of Oracle": "jdbc:oracle:thin:app/" + "hunter2@//db.shop.example/shop",
    "a bearer token": "Authorization: Bearer " + KEY,
    "a basic authorization": "Authorization: Basic " + "YXBwOmh1bnRlcjI=",
}
"""Credentials that are recognized by their format, one or more for each of `FORMATS`."""

BY_KEY = {
    "a connection string": "Server=db.shop.example;User Id=sa;Pass" + "word=hunter2;",
    "a short connection string": "server=db;uid=sa;p" + "wd=hunter2",
    "a connection string of Azure": "AccountName=shop;Account" + f"Key={KEY}==;Suffix=x",
    "a connection string of a bus": "SharedAccessKeyName=all;SharedAccess" + f"Key={KEY}=",
    "a JDBC URL": "jdbc:postgresql://db.shop.example/shop?user=app&pass" + "word=hunter2",
    "a keyword string of libpq": "host=db user=app pass" + "word=hunter2 dbname=shop",
    "an option": "serve --db-pass" + "word=hunter2 --port 80",
    "an option with a space": "serve --api-to" + "ken hunter2",
    "an assignment in a shell": "export DB_P" + "ASS='hunter2 3' && serve",
    "a property of Java": "-Dspring.datasource.pass" + "word=hunter2",
    "a member in JSON": '{"user": "app", "client' + 'Secret": "hunter2"}',
    "a member in escaped JSON": 'echo "{\\"pass' + 'word\\": \\"hunter2\\"}"',
    "a line of YAML": "exporters:\n  otlp:\n    api_k" + "ey: hunter2\n",
    "a header": "curl -H X-Api-K" + "ey:hunter2 https://shop.example",
}
"""Texts with a key whose value is a credential."""

CREDENTIALS = BY_FORMAT | BY_KEY
