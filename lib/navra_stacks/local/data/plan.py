"""Decide which servers are started, and the values of secrets and of variables with URLs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from navra_stacks.errors import NavraError, did_you_mean
from navra_stacks.local.data.certificates import CertificateAuthority, ca_bundle
from navra_stacks.local.data.composed import Connection, ValueComposer
from navra_stacks.local.data.consumers import Consumer, MissingSecret, Variable, variables_of
from navra_stacks.local.data.data_stores import DataStore, Kind
from navra_stacks.local.data.images import default_image, kind_of_image
from navra_stacks.local.data.servers import (
    DataServer,
    generate_password,
    postgres_server,
    redis_server,
)
from navra_stacks.local.data.store_urls import password_of, url_of
from navra_stacks.local.secrets.secret_values import SecretValues
from navra_stacks.local.secrets.secrets_file import SecretsFile, json_member
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["DataPlan", "plan_data"]

DEFAULT_NAME = "app"
"""The user and the database where the document sets none."""

DEFAULT_PORTS: Mapping[Kind, int] = {"postgres": 5432, "redis": 6379}


@dataclass(frozen=True, slots=True)
class DataPlan:
    """The servers to start, and the values for containers."""

    servers: tuple[DataServer, ...]
    missing: tuple[MissingSecret, ...]
    """The variables without a value."""
    messages: tuple[str, ...]
    """Warnings, for example of names that no container uses."""
    bundle: str | None = field(repr=False)
    """The PEM text of the authorities for containers that verify; None without servers."""
    values: Mapping[tuple[str, str], SecretValues] = field(repr=False)

    def environment(self, task: str, container: str) -> SecretValues:
        """Return the values of a container: its secrets, and variables that others replace."""
        return self.values.get((task, container), SecretValues())

    def servers_of(self, service: str) -> tuple[DataServer, ...]:
        """Return the servers to which the containers of a service connect."""
        return tuple(
            server
            for server in self.servers
            if any(name.startswith(f"{service}.") for name in server.variables)
        )


def plan_data(
    document: TerraformDocument,
    consumers: Sequence[Consumer],
    *,
    file: SecretsFile | None = None,
    images: Mapping[str, str] | None = None,
    others: Sequence[Consumer] = (),
    host_of: Callable[[str], str] = lambda alias: alias,
    authority: CertificateAuthority | None = None,
) -> DataPlan:
    """Return the servers to start, and the values of secrets and variables of containers.

    A variable with a value in the file has that value, and causes no server. A variable that the
    document composes from a database or cache causes a server from the official image of its
    engine and version. Another secret needs a value in the file, or an image in `images`.

    Args:
        document: The document.
        consumers: The containers that run.
        file: The secrets file.
        images: The images of ``--data``, by VARIABLE or SERVICE.VARIABLE.
        others: The containers that do not run now, whose variables the file and `images` can name
            too.
        host_of: Returns the host name under which containers reach a server, from its alias.
        authority: The authority of the servers' certificates; None for a new one.

    Raises:
        NavraError: an image has an unknown name, or another kind of server than the document.
    """
    planner = _Planner(document, consumers, file or SecretsFile(), images or {}, host_of, authority)
    return planner.plan(others)


class _Planner:
    def __init__(
        self,
        document: TerraformDocument,
        consumers: Sequence[Consumer],
        file: SecretsFile,
        images: Mapping[str, str],
        host_of: Callable[[str], str],
        authority: CertificateAuthority | None,
    ) -> None:
        self._consumers = consumers
        self._file = file
        self._images = images
        self._host_of = host_of
        self._authority = authority
        self._document = document
        self._composer = ValueComposer(document)
        self._variables = tuple(variables_of(document, consumers, self._composer))
        self._given = {
            variable: value
            for variable in self._variables
            if (value := self._given_value(variable)) is not None
        }
        self._servers: list[DataServer] = []
        self._values: dict[tuple[str, str], dict[str, str]] = {}
        self._missing: list[MissingSecret] = []

    def plan(self, others: Sequence[Consumer]) -> DataPlan:
        idle = tuple(variables_of(self._document, others, self._composer))
        messages = [*self._file.warnings, *self._image_messages(idle)]
        messages += self._file.unused(self._uses(idle, others))
        self._replace_variables()
        open_ = [variable for variable in self._variables if variable not in self._given]
        for variable, value in self._given.items():
            self._set(variable, value)
        reasons: dict[Variable, str] = {}
        connections = dict(self._store_connections(open_, reasons))
        default_urls = dict(self._default_urls(open_))
        for variable in open_:
            problem = reasons.get(variable, "")
            if variable.identity in default_urls:
                self._set(variable, default_urls[variable.identity])
            elif problem or variable.composed is None:
                self._add_missing(variable, problem)
            else:
                try:
                    value = variable.composed.render(connections)
                    key = None if variable.reference is None else variable.reference.json_key
                    if key is not None:
                        value = json_member(value, key, f"the secret {variable.secret}")
                    self._set(variable, value)
                except NavraError as error:
                    problem = str(error)
                if problem:
                    self._add_missing(variable, problem)
        bundle = (
            None if self._authority is None or not self._servers else ca_bundle(self._authority)
        )
        return DataPlan(
            tuple(self._servers),
            tuple(self._missing),
            tuple(messages),
            bundle,
            {key: SecretValues(values) for key, values in self._values.items()},
        )

    def _given_value(self, variable: Variable) -> str | None:
        key = None if variable.reference is None else variable.reference.json_key
        return self._file.value(variable.service, variable.name, variable.secret, key)

    def _replace_variables(self) -> None:
        """Apply the values of the file to variables of ``environment`` that use no data store."""
        for consumer in self._consumers:
            for one in consumer.definition.get("environment") or ():
                value = self._file.value(consumer.service, str(one["name"]))
                if value is not None:
                    key = (consumer.task, consumer.container)
                    self._values.setdefault(key, {})[str(one["name"])] = value

    def _uses(
        self, idle: Sequence[Variable], others: Sequence[Consumer]
    ) -> Iterator[tuple[str, str, str]]:
        for variable in (*self._variables, *idle):
            yield variable.service, variable.name, variable.secret
        for consumer in (*self._consumers, *others):
            for one in consumer.definition.get("environment") or ():
                yield consumer.service, str(one["name"]), ""

    def _image_messages(self, idle: Sequence[Variable]) -> Iterator[str]:
        for name in self._images:
            named = [one for one in self._variables if name in (one.name, one.label)]
            if any(name in (one.name, one.label) for one in idle) and not named:
                continue
            if not named:
                known = {one.name for one in (*self._variables, *idle)}
                otherwise = (
                    f"use one of {', '.join(sorted(known))}" if known else "remove the option"
                )
                raise NavraError(
                    f"--data {name}: no container has a secret of this name, or a variable with a "
                    f"part of a database's URL; {did_you_mean(name, known, otherwise)}"
                )
            if all(one in self._given for one in named):
                yield (
                    f"--data {name} starts no server, because {self._file.source} has the value; "
                    "remove one of them"
                )

    def _image(self, variables: Iterable[Variable]) -> tuple[str, str] | None:
        """Return the option's name and its image for the server of some variables."""
        for variable in variables:
            for name in (variable.label, variable.name):
                if name in self._images:
                    return name, self._images[name]
        return None

    def _store_connections(
        self, open_: Sequence[Variable], reasons: dict[Variable, str]
    ) -> Iterator[tuple[str, Connection]]:
        """Start a server for each data store that the variables without a value use."""
        users: dict[str, list[Variable]] = {}
        stores: dict[str, DataStore] = {}
        for variable in open_:
            for store in () if variable.composed is None else variable.composed.stores:
                stores[store.address] = store
                users.setdefault(store.address, []).append(variable)
        for address, variables in users.items():
            store = stores[address]
            image = self._image(variables)
            kind = store.kind or (None if image is None else kind_of_image(image[1]))
            if kind is None:
                engine = f"has the engine {store.engine!r}" if store.engine else "exists already"
                for variable in variables:
                    reasons[variable] = (
                        f"{address} {engine}, for which no server is started; add "
                        f"{variable.name}=URL of a running server to the file of --secrets"
                        + ("" if store.engine else f", or pass --data {variable.name}=IMAGE")
                    )
                continue
            yield address, self._start_store(store, kind, variables, image)

    def _start_store(
        self,
        store: DataStore,
        kind: Kind,
        variables: Sequence[Variable],
        image: tuple[str, str] | None,
    ) -> Connection:
        if image is not None and kind_of_image(image[1]) not in (None, kind):
            raise NavraError(
                f"--data {image[0]}: {image[1]} is an image of {kind_of_image(image[1])}, but "
                f"{store.address} has the engine {store.engine}; use an image of {kind}"
            )
        urls = [url for variable in variables if (url := url_of(store, variable)) is not None]
        users = list(dict.fromkeys(unquote(url.username or "") for url in urls)) or [
            store.username or ""
        ]
        username = users[0] or (DEFAULT_NAME if kind == "postgres" else "")
        databases = [unquote(url.path.lstrip("/")) for url in urls]
        database = next(filter(None, databases), store.database or username or "0")
        password = password_of(store, kind, urls)
        tls = store.tls
        if kind == "redis" and urls:
            tls = any(url.scheme in ("rediss", "valkeys") for url in urls)
        name = re.sub(r"[^a-z0-9]+", "-", store.address.rpartition(".")[2].lower()).strip("-")
        notes = [
            f"{store.address}: the server has no user {user!r}, only {username!r}"
            for user in users[1:]
            if user not in ("", username)
        ]
        return self._start(
            name,
            kind,
            image[1] if image is not None else default_image(store.engine, store.version),
            (
                next((url.port for url in urls if url.port), None) or store.port,
                username,
                password,
                database,
            ),
            tls=tls,
            variables=variables,
            notes=notes,
        )

    def _default_urls(self, open_: Sequence[Variable]) -> Iterator[tuple[str, str]]:
        """Start a server for each secret with an image that the document does not compose."""
        secrets: dict[str, list[Variable]] = {}
        for variable in open_:
            if variable.composed is None or not variable.composed.stores:
                secrets.setdefault(variable.identity, []).append(variable)
        for identity, variables in secrets.items():
            if (image := self._image(variables)) is None:
                continue
            kind = kind_of_image(image[1])
            if kind is None:
                raise NavraError(
                    f"--data {image[0]}: {image[1]!r} is not an image of postgres, redis or valkey "
                    "by the name of its repository; use an image with such a name, or add "
                    f"{image[0]}=URL of a running server to the file of --secrets"
                )
            user, database = (DEFAULT_NAME, DEFAULT_NAME) if kind == "postgres" else ("", "0")
            password = generate_password() if kind == "postgres" else ""
            connection = self._start(
                re.sub(r"[^a-z0-9]+", "-", variables[0].name.lower()).strip("-"),
                kind,
                image[1],
                (DEFAULT_PORTS[kind], user, password, database),
                tls=False,
                variables=variables,
                notes=(),
            )
            scheme, login = "redis", ""
            if kind == "postgres":
                scheme, login = "postgresql", f"{user}:{password}@"
            yield identity, f"{scheme}://{login}{connection.host}:{connection.port}/{database}"

    def _start(
        self,
        name: str,
        kind: Kind,
        image: str,
        parts: tuple[int, str, str, str],
        *,
        tls: bool,
        variables: Sequence[Variable],
        notes: Sequence[str],
    ) -> Connection:
        names = {server.name for server in self._servers}
        number = 2
        unique = name
        while unique in names:
            unique, number = f"{name}-{number}", number + 1
        # A service can have the name of a database, and its alias in the same network.
        alias = f"data-{unique}"
        host = self._host_of(alias)
        port, username, password, database = parts
        connection = Connection(host, port, username, password, database)
        certificate = None
        if tls or kind == "postgres":  # RDS accepts TLS also where it does not require TLS
            self._authority = self._authority or CertificateAuthority()
            hosts = dict.fromkeys((host, alias, "localhost", "127.0.0.1"))
            certificate = self._authority.issue(list(hosts))
        labels = tuple(dict.fromkeys(variable.label for variable in variables))
        if kind == "postgres":
            server = postgres_server(
                unique,
                image,
                connection,
                alias=alias,
                certificate=certificate,
                tls=tls,
                variables=labels,
                notes=tuple(notes),
            )
        else:
            server = redis_server(
                unique,
                image,
                connection,
                alias=alias,
                certificate=certificate,
                variables=labels,
                notes=tuple(notes),
            )
        self._servers.append(server)
        return connection

    def _set(self, variable: Variable, value: str) -> None:
        values = self._values.setdefault((variable.task, variable.container), {})
        values[variable.name] = value

    def _add_missing(self, variable: Variable, reason: str) -> None:
        self._missing.append(
            MissingSecret(
                variable.service,
                variable.task,
                variable.container,
                variable.name,
                variable.secret,
                reason or f"has no value in the document; {_repair(variable.name)}",
            )
        )


def _repair(name: str) -> str:
    repair = f"add {name}=VALUE to the file of --secrets"
    if re.search(r"(?i)url|uri|dsn|database|postgres|redis|valkey|cache", name) is None:
        return repair
    return f"{repair}, or pass --data {name}=IMAGE for a server that is thrown away"
