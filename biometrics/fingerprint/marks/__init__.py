"""Marks from scenes: how their images are prepared, read several times, and judged."""
