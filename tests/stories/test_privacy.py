"""What a whole call leaves in the logs and in the figures: ids and kinds, and nothing a caller said or is."""

import re

from tests.stories.conftest import World, script


async def test_no_personal_data_in_logs_or_figures_of_a_whole_call(world: World) -> None:
    world.staff("marcus").ring_out().on_text(lambda _: None)
    caller = world.caller(script("burst_pipe").caller or "").on_text(lambda _: None)
    before = world.server.log.stat().st_size

    record = await world.ring("burst_pipe", caller)

    log = world.server.log.read_text("utf-8")[before:].lower()
    figures = (await world.studio.api.get("/metrics")).text.lower()
    assert "message.accepted" in log  # the call did leave its traces
    private = {caller.number, caller.number[2:], "marcus", "+15125550111"}
    private |= {one["text"] for one in record["utterances"] if len(one["text"]) > 8}
    private.add(record["job"]["address"]["street"])  # the house number's digits stand in ids by chance
    for secret in private:
        assert secret.lower() not in log, "a log line holds personal data"
        assert secret.lower() not in figures, "a figure holds personal data"
    assert not re.search(r"\+1\d{10}", log + figures)
