"""Search, fusion, calibration and the gallery, without any service."""
