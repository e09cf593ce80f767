"""The only place that joins concrete parts."""

from ivr.wiring.app import App, build

__all__ = ["App", "build"]
