"""What each form asks, in which order: the pages, what was typed and where a message stands all follow from this."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["line", "prose", "address", "code", "day", "one", "some", "pick", "rows", "group"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. ``name`` is where its answer stands in the form's JSON, with dots; in parts, below its whole.

    ``choices`` names the list to choose from. ``parts`` are those of a group, or of each row.
    """

    name: str
    kind: Kind
    needed: bool = True
    choices: str = ""
    parts: tuple["Question", ...] = ()
    autocomplete: str = "off"
    height: int = 4


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading."""

    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form for people; its name is that of its channel, and stands in its address."""

    name: str
    sections: tuple[Section, ...]

    @property
    def questions(self) -> Iterator[Question]:
        """All questions, in order."""
        return (question for section in self.sections for question in section.questions)


def _line(name: str, *, needed: bool = True) -> Question:
    return Question(name=name, kind="line", needed=needed)


def _prose(name: str, height: int = 6, *, needed: bool = True) -> Question:
    return Question(name=name, kind="prose", height=height, needed=needed)


def _lines(name: str) -> Question:
    return Question(name=name, kind="rows", needed=False, parts=(_line("", needed=False),))


_CONTACT = Section(
    "contact",
    (
        Question(name="contact.name", kind="line", autocomplete="name"),
        Question(name="contact.address", kind="address", autocomplete="email"),
        Question(name="contact.language", kind="pick", choices="letters"),
    ),
)
_HOLDER = Section(
    "holder",
    (
        Question(
            name="holder",
            kind="group",
            needed=False,
            parts=(_line("name"), Question(name="address", kind="address")),
        ),
    ),
)
_WHO = Section(
    "who",
    (
        Question(name="member", kind="pick", choices="members"),
        Question(name="proposal.member_type", kind="one", choices="member_type"),
        _line("proposal.jurisdiction", needed=False),
        Question(name="proposal.level", kind="one", choices="level"),
        Question(name="proposal.branch", kind="one", choices="branch"),
        _line("proposal.lead_institution"),
        Question(name="public_institution", kind="one", choices="public_institution"),
        _lines("proposal.supporting_institutions"),
    ),
)
_ACTION = Section(
    "action",
    (
        _line("proposal.title"),
        _prose("proposal.description", 10),
        _prose("proposal.problems"),
        Question(name="proposal.language", kind="pick", choices="languages"),
    ),
)
_AREA = Section(
    "area",
    (
        Question(name="proposal.declared_area", kind="one", choices="areas"),
        Question(name="proposal.secondary_areas", kind="some", needed=False, choices="area_names"),
        Question(
            name="proposal.values",
            kind="group",
            parts=tuple(
                _prose(value, 4, needed=False)
                for value in ("transparency", "public-accountability", "civic-participation")
            ),
        ),
    ),
)
_TIME = Section(
    "time",
    (
        Question(name="proposal.starts_on", kind="day"),
        Question(name="proposal.ends_on", kind="day"),
        Question(
            name="proposal.milestones",
            kind="rows",
            needed=False,
            parts=(_line("title"), Question(name="due", kind="day")),
        ),
    ),
)
_TOGETHER = Section(
    "together",
    (
        _lines("proposal.partners"),
        Question(name="proposal.extends", kind="code", needed=False),
        Question(name="proposal.resubmission_of", kind="code", needed=False),
    ),
)

_STORY = Section(
    "story",
    (
        _line("story.title"),
        Question(name="story.area", kind="one", choices="areas"),
        _prose("story.text", 12),
        _lines("story.links"),
        Question(name="story.language", kind="pick", choices="languages"),
    ),
)
_ABOUT = Section(
    "about",
    (
        _line("story.about"),
        Question(name="story.member_type", kind="one", choices="story_member_type"),
        Question(name="member", kind="pick", needed=False, choices="members"),
        _line("story.jurisdiction", needed=False),
    ),
)
_AUTHOR = Section(
    "author", (_line("story.author"), Question(name="story.author_kind", kind="one", choices="author_kind"))
)
_NOMINATION = Section(
    "nomination",
    (
        _line("nomination.government"),
        Question(name="member", kind="pick", needed=False, choices="members"),
        _line("nomination.reform"),
        Question(name="nomination.reform_reference", kind="code", needed=False),
        Question(name="nomination.commitment_id", kind="code", needed=False),
    ),
)
_EVIDENCE = Section(
    "evidence",
    (
        _prose("nomination.evidence", 12),
        _lines("nomination.links"),
        Question(name="nomination.language", kind="pick", choices="languages"),
    ),
)
_NOMINATOR = Section(
    "nominator",
    (
        _line("nomination.nominator"),
        Question(name="nomination.nominator_kind", kind="one", choices="nominator_kind"),
    ),
)

STANDALONE = Form("standalone", (_WHO, _ACTION, _AREA, _TIME, _TOGETHER, _HOLDER, _CONTACT))
"""The Standalone Commitments form."""

STORY = Form("story", (_STORY, _ABOUT, _AUTHOR, _CONTACT))
"""The form of a story of inspiration."""

NOMINATION = Form("award-nomination", (_NOMINATION, _EVIDENCE, _NOMINATOR, _CONTACT))
"""The form of a nomination for an award."""

FORMS = (STANDALONE, STORY, NOMINATION)
"""The forms that anyone may fill in, in the order in which they are offered."""


def text_of(form: Form) -> Form:
    """Give the part of a form that says the matter itself, without who sends it."""
    sections = (
        Section(section.name, tuple(one for one in section.questions if one.name.startswith(_TEXTS)))
        for section in form.sections
    )
    return Form(form.name, tuple(section for section in sections if section.questions))


_TEXTS = ("proposal.", "story.", "nomination.")
