"""The speech port without speech."""

from router.core.errors import VorzimmerError


class FakeSpeech:
    """Names a sound after its text or recording; `mute` makes it fail as for a text that cannot be spoken."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.mute = False

    async def media(self, *, text: str, recording: str | None) -> str:
        if self.mute:
            raise VorzimmerError("nothing can be spoken in this test")
        self.asked.append(recording or text)
        return f"sound:{recording or text}"
