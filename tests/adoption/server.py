"""The library's emulator, which gives the recorded ids and issues a certificate at once."""

from moto import settings

from navra_stacks.rehearsal.server import main
from tests.adoption.recorded_ids import give

if __name__ == "__main__":
    settings.ACM_VALIDATION_WAIT = -1
    give()
    main()
