from .activation import activate as activate
from .cache import cache_directories as cache_directories
from .engine import EngineError as EngineError
from .imports.lazy_packages import lazy_package as lazy_package
from .pipelining import pipelined as pipelined
from .warming import warm as warm
