"""What a data directory and a database need before the first process can serve: key, schema, accounts."""

import secrets
from collections.abc import Mapping

from core.settings import Settings
from nishan.installation import Installation, read_json
from nishan.private_files import private_directory, remembered_secret, write_private_json
from records.access import Role
from records.accounts import account_count, create_account
from records.database import Database, migrate
from records.image_store import ImageStore, new_image_key

FULL_NAMES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: "First administrator",
    Role.SUPERVISOR: "First supervisor",
    Role.STATION: "First station officer",
    Role.INVESTIGATOR: "First investigator",
    Role.EXAMINER: "First examiner",
    Role.AUDITOR: "First auditor",
}
_BOUND_TO_A_STATE = (Role.STATION, Role.INVESTIGATOR)
_STATION = "0101"


def image_key(settings: Settings, place: Installation) -> str:
    """Return the operator's image key, else the one generated for this installation."""
    return settings.image_key.get_secret_value() or remembered_secret(
        private_directory(place.data_dir / "keys") / "image_key", new_image_key
    )


def known_image_key(settings: Settings, place: Installation) -> str:
    """Return the key without making one; "" when there is none."""
    path = place.data_dir / "keys" / "image_key"
    own = settings.image_key.get_secret_value()
    return own or (path.read_text(encoding="utf-8").strip() if path.exists() else "")


def prepare_stores(settings: Settings) -> None:
    """Bring the database to the newest schema and make the bucket."""
    migrate(settings.database_url.get_secret_value())
    ImageStore.from_settings(settings).ensure_bucket()


def create_first_accounts(settings: Settings, place: Installation) -> dict[str, dict[str, str]]:
    """Make one account per role when there is none at all; return those made on the first start.

    The passwords are written before the accounts are committed: a crash in between leaves passwords of
    accounts that do not exist, which the next start replaces, never accounts nobody can enter.
    """
    database = Database(settings.database_url.get_secret_value(), 2)
    try:
        with database.transaction() as session:
            if account_count(session) == 0:
                made = {role.value: _credentials(role) for role in FULL_NAMES}
                for role, full_name in FULL_NAMES.items():
                    bound = role in _BOUND_TO_A_STATE
                    create_account(
                        session,
                        made[role.value]["username"],
                        made[role.value]["password"],
                        full_name,
                        role,
                        settings.default_state_code if bound else None,
                        settings.default_state_code + _STATION if role is Role.STATION else None,
                    )
                write_private_json(place.accounts_file, made)
    finally:
        database.dispose()
    return read_json(place.accounts_file)


def _credentials(role: Role) -> dict[str, str]:
    return {"username": role.value, "password": secrets.token_urlsafe(12)}
