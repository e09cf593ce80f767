"""The network's far end, as the providers' tests have it."""

from tests.providers.conftest import far_end

__all__ = ["far_end"]
