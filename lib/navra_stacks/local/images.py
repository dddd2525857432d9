"""The images of the containers, and their faults that are known before a start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from navra_stacks.errors import NavraError, did_you_mean
from navra_stacks.local.application import LocalService
from navra_stacks.local.engine import PLATFORMS, Engine, EngineError, Image
from navra_stacks.local.task_model import TaskModel
from navra_stacks.local.verdict import Fault

__all__ = ["Images", "parse_images"]


def parse_images(options: Iterable[str], services: Iterable[LocalService]) -> dict[str, str]:
    """Return the images of ``--image SERVICE=REF`` or ``SERVICE.CONTAINER=REF`` by their names.

    Raises:
        NavraError: an option has another form, or there is no such service or container.
    """
    known = {}
    for service in services:
        known[service.name] = service.name
        tasks = (service.task, *(one.task for one in service.one_off_tasks))
        for container in (one for task in tasks for one in task.containers):
            known[f"{service.name}.{container.name}"] = service.name
    images = {}
    for option in options:
        name, equals, reference = option.partition("=")
        if not equals or not reference:
            raise NavraError(f"--image {option!r} is not of the form SERVICE=IMAGE")
        if name not in known:
            names = [one for one in known if "." not in one]
            hint = did_you_mean(name, known, f"the services are {', '.join(names)}")
            raise NavraError(f"--image {option}: there is no service {name!r}; {hint}")
        images[name] = reference
    return images


class Images:
    """The images of the containers of a run.

    Args:
        engine: The engine, which pulls the images that it does not have.
        given: The images of the option ``--image``.
        use_platform: Run the images of the described architecture, which the engine emulates.
        report: A function that is called with a line before an image is pulled.
    """

    def __init__(
        self,
        engine: Engine,
        given: Mapping[str, str],
        report: Callable[[str], None],
        *,
        use_platform: bool,
    ) -> None:
        self._engine = engine
        self._given = given
        self._report = report
        self._use_platform = use_platform
        self._found: dict[str, Image] = {}

    def platform(self, task: TaskModel) -> str | None:
        """Return the platform on which the images of a task run; None for that of the engine."""
        return PLATFORMS[task.architecture] if self._use_platform else None

    def with_users(self, task: TaskModel, references: Mapping[str, str]) -> TaskModel:
        """Return a copy of a task in which each container has the user of its image.

        Args:
            task: The task.
            references: The images by container.
        """
        changed = []
        for container in task.containers:
            reference = references.get(container.name)
            image = None if reference is None else self._image(reference)
            if container.user is None and image is not None and image.user:
                changed.append(container.replace(user=image.user))
        return task.with_containers(*changed)

    def of(self, service: LocalService, task: TaskModel) -> tuple[dict[str, str], list[Fault]]:
        """Return the images of a task of a service by container, and their faults.

        Args:
            service: The service.
            task: Its task, or one of its one-off tasks.
        """
        references, faults = {}, []
        for container in task.containers:
            reference = self._given.get(f"{service.name}.{container.name}")
            if reference is None and container.name in service.replaced:
                reference = self._given.get(service.name)
            option = (
                service.name
                if container.name in service.replaced
                else f"{service.name}.{container.name}"
            )
            reference = reference or container.image
            if reference is None:
                faults.append(
                    Fault(
                        "image",
                        f"the image of the container {container.name} is known after an apply only",
                        f"pass --image {option}=IMAGE",
                    )
                )
                continue
            references[container.name] = reference
            faults += self._faults(reference, option, task)
        return references, faults

    def data(self, reference: str) -> None:
        """Pull the image of a data server if the engine does not have it.

        Raises:
            EngineError: it cannot be pulled.
        """
        if self._engine.image(reference) is None:
            self._report(f"pulling {reference}")
            self._engine.pull(reference, None)

    def _image(self, reference: str) -> Image | None:
        """Return an image of the engine, which is inspected once; None if it is not there."""
        if reference not in self._found:
            image = self._engine.image(reference)
            if image is None:
                return None
            self._found[reference] = image
        return self._found[reference]

    def _faults(self, reference: str, option: str, task: TaskModel) -> list[Fault]:
        try:
            image = self._image(reference)
            if image is None:
                self._report(f"pulling {reference}")
                image = self._found[reference] = self._engine.pull(reference, self.platform(task))
        except EngineError as error:
            repair = f"build it, log in to its registry, or pass --image {option}=IMAGE"
            return [Fault("image", f"the image {reference} is not there: {error}", repair)]
        if image.architecture == task.architecture:
            return []
        return [
            Fault(
                "architecture",
                f"the image {reference} is for {image.architecture}, and the task definition for "
                f"{task.architecture}",
                f"build it for {PLATFORMS.get(task.architecture, task.architecture)}, set "
                f"services.{option.partition('.')[0]}.architecture, or pass --platform if it is "
                "built for several",
            )
        ]
