"""REST answers about conferences and queues: see `shapes`."""

from simulator.core import API_VERSION
from simulator.queues import Member, Queue
from simulator.rooms import Participant, Room
from simulator.shapes import Shape, account_path, date


def conference(account_sid: str, room: Room) -> Shape:
    """A conference."""
    uri = f"{account_path(account_sid)}/Conferences/{room.sid}"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "date_created": date(room.created),
        "date_updated": date(room.updated or room.created),
        "friendly_name": room.name,
        "sid": room.sid,
        "region": "us1",
        "status": room.status,
        "subresource_uris": {"participants": f"{uri}/Participants.json", "recordings": f"{uri}/Recordings.json"},
        "uri": f"{uri}.json",
        "reason_conference_ended": room.reason,
        "call_sid_ending_conference": room.ended_by,
    }


def participant(account_sid: str, room: Room, who: Participant, status: str = "connected") -> Shape:
    """One leg in a conference."""
    sid = who.leg.sid
    return {
        "account_sid": account_sid,
        "call_sid": sid,
        "label": who.label,
        "conference_sid": room.sid,
        "date_created": date(who.joined),
        "date_updated": date(who.joined),
        "end_conference_on_exit": who.end_on_exit,
        "muted": who.muted,
        "hold": who.hold,
        "status": status,
        "start_conference_on_enter": who.start_on_enter,
        "coaching": who.coaching,
        "call_sid_to_coach": who.call_sid_to_coach,
        "queue_time": None,
        "uri": f"{account_path(account_sid)}/Conferences/{room.sid}/Participants/{sid}.json",
    }


def queue(account_sid: str, record: Queue) -> Shape:
    """A queue."""
    return {
        "account_sid": account_sid,
        "average_wait_time": 0,
        "current_size": len(record.members),
        "date_created": date(record.created),
        "date_updated": date(record.created),
        "friendly_name": record.name,
        "max_size": record.max_size,
        "sid": record.sid,
        "uri": f"{account_path(account_sid)}/Queues/{record.sid}.json",
    }


def member(account_sid: str, record: Queue, who: Member, position: int, waited: int) -> Shape:
    """One caller in a queue."""
    return {
        "queue_sid": record.sid,
        "call_sid": who.leg.sid,
        "date_enqueued": date(who.enqueued),
        "position": position,
        "uri": f"{account_path(account_sid)}/Queues/{record.sid}/Members/{who.leg.sid}.json",
        "wait_time": waited,
    }
