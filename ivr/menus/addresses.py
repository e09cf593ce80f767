"""Where a live call asks for its next document: our call id and the number of the turn, nothing else."""

from ivr.settings import Settings


def turn_url(settings: Settings, provider: str, call_id: str, number: int) -> str:
    return f"{settings.public_url}/voice/{provider}/turn/{call_id}/{number}"


def patient_url(settings: Settings, provider: str, call_id: str, number: int, times: int) -> str:
    """The same turn, of a caller who has been asked for a moment `times` times: patience has an end."""
    return f"{turn_url(settings, provider, call_id, number)}/{times}"


def again_url(settings: Settings, provider: str, call_id: str, number: int, times: int) -> str:
    """Where a caller comes back to, after "one moment" was said `times` times."""
    return f"{turn_url(settings, provider, call_id, number)}/again/{times}"


def audio_url(settings: Settings, file: str) -> str:
    """`file`: its path below `callflows/audio`."""
    return f"{settings.public_url}/audio/{file}"


def room_url(settings: Settings, provider: str, consult_id: str, number: int) -> str:
    """Where a provider tells who enters and who leaves the `number`th room of a consult."""
    return f"{settings.public_url}/voice/{provider}/room/{consult_id}/{number}"
