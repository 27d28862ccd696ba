"""Material to build, show and measure with: portraits, invented people, synthetic prints, dataset layouts."""
