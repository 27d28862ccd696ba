"""What can go wrong between typing a command and a running service."""

from core.errors import Conflict, InputRejected, NotFound, Unavailable


class PartFailed(Unavailable):
    """A server that the launcher starts ended or never became ready."""

    code = "part_failed"


class DataDirectoryUnusable(Unavailable):
    """The data directory cannot be written: permissions, or no space left."""

    code = "data_directory_unusable"


class AlreadyRunning(Conflict):
    """Another `nishan up` owns this data directory."""

    code = "already_running"


class PortTaken(Conflict):
    """Another program listens on the port of the console."""

    code = "port_taken"


class NotRunning(Unavailable):
    """A command that talks to the service finds none."""

    code = "service_not_running"


class AnswerRefused(InputRejected):
    """The service refused a request; its own code and message are passed on."""

    code = "request_refused"


class CredentialsMissing(InputRejected):
    """A command that must sign in was given no account."""

    code = "credentials_missing"


class FolderNotUnderstood(NotFound):
    """A folder to import holds nothing that can be enrolled."""

    code = "folder_not_understood"
