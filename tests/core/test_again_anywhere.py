"""Whatever happened to a call, deciding it again from what was kept gives the same."""

from hypothesis import Phase, settings

from tests.core.any_world import World
from tests.core.test_house_machine import AnyHouse
from tests.stories.retold import chronicle_of


class KeptWorld(World):
    """One whose calls are decided again in the end, all but those that the dialplan served alone."""

    def ends(self) -> None:
        super().ends()
        kept = chronicle_of([(now, event) for now, event in self.history if event is not None])
        ours = {call: record for call, record in kept.records.items() if record.arrival is not None}
        again = {call: kept.again(record).differences for call, record in ours.items()}
        assert again == dict.fromkeys(ours, ())


class AnyHouseAgain(AnyHouse):
    """The same worlds, looked back upon."""

    world_of = KeptWorld


TestAnyHouseAgain = AnyHouseAgain.TestCase
TestAnyHouseAgain.settings = settings(
    derandomize=True, deadline=None, max_examples=30, stateful_step_count=20, phases=(Phase.generate,)
)
