"""What can be wrong with a model file or with fetching one."""

from core.errors import InputRejected, Unavailable


class ModelUnknown(InputRejected):
    """No manifest has an entry of that name."""

    code = "model_unknown"


class ManifestInvalid(InputRejected):
    """A manifest entry lacks a field or has a value that cannot work."""

    code = "manifest_invalid"


class ModelMissing(Unavailable):
    """The file of a model is not on this machine yet."""

    code = "model_missing"


class ModelCorrupt(Unavailable):
    """The file of a model does not have the digest of its manifest entry."""

    code = "model_corrupt"


class FetchFailed(Unavailable):
    """The package index could not be reached, or does not hold what is wanted."""

    code = "fetch_failed"
