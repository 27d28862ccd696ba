"""The words that people read for the codes of the law: acts, lawful bases, how cases end."""

from collections.abc import Mapping

ACTS = ("BNS", "BNSS", "IPC", "CrPC", "NDPS Act", "Arms Act", "IT Act", "POCSO Act", "Excise Act")
BASES: Mapping[str, str] = {
    "arrested": "Arrested for an offence",
    "convicted": "Convicted of an offence",
    "security_ordered": "Ordered to give security",
    "preventive_detention": "Held under preventive detention",
    "magistrate_order": "Magistrate's direction (section 5)",
    "specimen_order": "Order to give specimens (BNSS 349)",
    "deceased": "Unidentified body",
    "missing": "Missing person",
    "consent": "Consent (elimination print)",
    "training": "Training exercise",
}
BASIS_HELP: Mapping[str, str] = {
    "arrested": "Section 3. Not for breach of prohibitory orders or preventive arrest alone, unless the "
    "person is also charged with another offence. Election offences and contempt of public servants need "
    "the written approval of a Superintendent of Police first.",
    "convicted": "Section 3: convicted of any offence.",
    "security_ordered": "Section 3: only once the court has ordered security for good behaviour or peace.",
    "preventive_detention": "Section 3: detained under a preventive detention law.",
    "magistrate_order": "Section 5: a magistrate directs it for an investigation. Give the order number.",
    "specimen_order": "BNSS 349: a first-class magistrate orders finger impressions. Give the order number.",
    "deceased": "An unidentified body.",
    "missing": "Someone reported missing, or found and unable to say who they are.",
    "consent": "Someone with lawful access to a scene, to rule out their prints.",
    "training": "An exercise with an invented or consenting subject.",
}
DISPOSALS: Mapping[str, str] = {
    "convicted": "Convicted",
    "acquitted": "Acquitted",
    "discharged": "Discharged",
    "released_without_trial": "Released without trial",
}
DUE: Mapping[str, str] = {
    "disposal": "Every case ended, finally, in acquittal, discharge or release without trial (section 4)",
    "years": "Kept for 75 years since the last measurement (section 4)",
}
