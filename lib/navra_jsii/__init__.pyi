from .activation import activate as activate
from .imports.lazy_packages import lazy_package as lazy_package
from .pipelining import pipelined as pipelined
from .warming import warm as warm
