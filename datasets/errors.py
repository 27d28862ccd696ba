"""What can be wrong with a folder or a list that somebody points us to."""

from core.errors import InputRejected


class DatasetUnreadable(InputRejected):
    """The folder or list does not have the layout that its reader needs."""

    code = "dataset_unreadable"
