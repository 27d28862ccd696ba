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
    """The service refused a request; ``answer_code`` is the code that it gave."""

    code = "request_refused"
    answer_code = ""


class CredentialsMissing(InputRejected):
    """A command that must sign in was given no account."""

    code = "credentials_missing"


class FileUnreadable(NotFound):
    """A file or folder named on the command line cannot be read."""

    code = "file_unreadable"


class ArgumentInvalid(InputRejected):
    """An option of a command has a value that cannot work."""

    code = "argument_invalid"
