"""A course as an instructor chose it: which chapters, on which days, due when. Every part of a pack is made from this."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Session:
    """One meeting of a class.

    Attributes
    ----------
    number : int
        From 1.
    meets : datetime.date
    units : tuple of acrosstheline.teach.catalogue.Unit
        The chapters read for this meeting; none where the meeting works on what was read before.
    due : datetime.datetime or None
        When the exercises of these chapters are due, with its time zone; None where there are none.
    topic : str
        What the meeting is about, where that is not the chapters' titles.
    """

    number: int
    meets: date
    units: tuple
    due: datetime | None
    topic: str = ""

    @property
    def title(self):
        """Return what the meeting is about."""
        return self.topic or "; ".join(unit.title for unit in self.units)


@dataclass(frozen=True)
class Course:
    """A course with its meetings.

    Attributes
    ----------
    name : str
        As the instructor calls it.
    sessions : tuple of Session
    zone : str
        The time zone of its dates, by its IANA name, such as ``"Asia/Karachi"``.
    language : str
        In which dates are written, such as ``"en"``.
    route : str
        The ready route that it follows; empty for a choice of one's own.
    book : str
        Where students read the book, as an address that ends with a slash; empty where they read the packet.
    warnings : tuple of str
        What may go wrong with this choice, each with a way out.
    said : tuple of (str, str)
        What the instructor filled in, by the places of `acrosstheline.teach.syllabus.PLACES`.
    off : tuple of datetime.date
        The days between two meetings on which the class would have met and does not.
    hour : tuple of datetime.time
        When a meeting begins and ends, in the local time of `zone`; empty where the instructor did not say.
    """

    name: str
    sessions: tuple
    zone: str
    language: str = "en"
    route: str = ""
    book: str = ""
    warnings: tuple = field(default=())
    said: tuple = field(default=())
    off: tuple = field(default=())
    hour: tuple = field(default=())

    @property
    def days(self):
        """Return the meetings and the days without one, in order: each a `Session`, or a date."""
        return tuple(sorted((*self.sessions, *self.off), key=lambda found: found if isinstance(found, date) else found.meets))

    @property
    def units(self):
        """Return the chapters, in the order in which they are read, each once."""
        return tuple(dict.fromkeys(unit for session in self.sessions for unit in session.units))
