"""What can go wrong in a search or a comparison, apart from the sample itself."""

from core.errors import Defect, InputRejected


class ProbeEmpty(InputRejected):
    """A search or comparison without a single template."""

    code = "probe_empty"


class NothingComparable(InputRejected):
    """Two sets of templates that share no modality, or come from producers that cannot be compared."""

    code = "nothing_comparable"


class CalibrationMissing(Defect):
    """Scores of this producer cannot be turned into false-match rates."""

    code = "calibration_missing"


class CalibrationInvalid(Defect):
    """A calibration file does not have the form it must have."""

    code = "calibration_invalid"


class ChangeUnusable(Defect):
    """A line of the gallery feed contradicts itself."""

    code = "change_unusable"


class StoredIndexUnusable(Defect):
    """A stored index or gallery is damaged, or of another form; the records hold what it held."""

    code = "stored_index_unusable"
