"""What an idle engine costs: python -m tests.carrier.idle [seconds]. The product's own passes, on both databases.

The whole engine of `firstring engine` with nothing to do: poll, listener and heartbeat. Measured as the CPU seconds of
this process over the time, sleeping included.
"""

import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from sqlmodel import SQLModel

from firstring import profile as profiles
from firstring.assembly import build_engine
from firstring.settings import EXAMPLE_PROFILE, Settings
from models.clock import system_clock
from models.database import Database
from tests.pg import postgres_url


def measure(url: str, seconds: float) -> float:
    """Share of one core, in percent."""
    database = Database(url)
    SQLModel.metadata.create_all(database.engine)
    settings = Settings.model_validate(
        {
            "public_url": "https://firstring.example",
            "secret_key": "0" * 64,
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "0" * 32,
            "profile": EXAMPLE_PROFILE,
            "database_url": url,
        }
    )
    engine = build_engine(settings, profiles.load(EXAMPLE_PROFILE), database, system_clock, None)
    engine.start()
    time.sleep(3)  # what starts once is not what idles
    cpu, wall = time.process_time(), time.monotonic()
    time.sleep(seconds)
    share = 100 * (time.process_time() - cpu) / (time.monotonic() - wall)
    engine.stop()
    database.close()
    return share


def main() -> None:
    """Print both."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    with tempfile.TemporaryDirectory() as folder:
        share = measure(f"sqlite:///{Path(folder) / 'idle.db'}", seconds)
    sys.stdout.write(f"idle engine, SQLite: {share:.3f} % of a core over {seconds:.0f} s\n")
    for url in postgres_url():
        share = measure(url, seconds)
        sys.stdout.write(f"idle engine, PostgreSQL: {share:.3f} % of a core over {seconds:.0f} s\n")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
