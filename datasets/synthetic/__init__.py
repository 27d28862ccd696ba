"""Everything invented: fingerprints, minutiae distractors and people, all made from seeds."""
