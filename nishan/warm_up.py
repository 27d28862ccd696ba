"""Compiles every kernel there is, or finds them compiled: run once while an installation starts."""

from biometrics.face.quantised.warm_up import warm_up as warm_up_faces
from matcher.fingerprint.warm_up import warm_up as warm_up_prints

if __name__ == "__main__":
    warm_up_prints()
    warm_up_faces()
