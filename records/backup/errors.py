"""What can be wrong with a backup, or with where it shall go."""

from core.errors import Conflict, InputRejected, NotFound


class BackupPlaceUnusable(InputRejected):
    """The place named on the command line cannot be written or read."""

    code = "backup_place_unusable"


class BackupPlaceTaken(Conflict):
    """Something is there already; a backup never overwrites."""

    code = "backup_place_taken"


class BackupIncomplete(NotFound):
    """There is no complete backup in this place."""

    code = "backup_incomplete"


class BackupDamaged(InputRejected):
    """Parts of the backup are missing or are not what was written."""

    code = "backup_damaged"


class BackupTooNew(InputRejected):
    """A newer version of the service wrote this backup."""

    code = "backup_too_new"


class BackupKeyMissing(InputRejected):
    """The key that opens this backup was not given."""

    code = "backup_key_missing"


class InstallationNotEmpty(Conflict):
    """There are records where the backup shall be restored."""

    code = "installation_not_empty"


class InstallationInUse(Conflict):
    """Processes of the service use the database that shall be restored."""

    code = "installation_in_use"
