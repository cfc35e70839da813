"""The demo's account: what stands in the public record."""

from collections.abc import Mapping

from rich.table import Table

from contracts import reference
from contracts.vocabulary import Area
from deploy.demo.seed import Story
from deploy.demo.watching import Public, check
from deploy.display import console


def tell_reforms(public: Public, stories: list[Story]) -> None:
    """Print the public record, and what did not enter it.

    Raises:
        NotSeen: a real reform is missing, or what the record says of one is not what was decided.
    """
    shown = {reform["title"]: reform for reform in public.list_reforms()}
    areas = {entry.code: entry.en for entry in reference.areas().areas}
    table = Table("Reference", "Reform", "Where", "Area", title="The public record", title_justify="left")
    for story in stories:
        reform = shown.get(story.published_title)
        if reform:
            check(reform["area"] == story.area, f"{story.published_title} is tagged {reform['area']}, not {story.area}")
            table.add_row(reform["reference"], story.published_title, reform["place"], _tell_area(story, areas))
    check(
        all(story.published_title in shown for story in stories if story.is_real),
        "a real reform is not in the public record",
    )
    totals = public.read_totals()
    console.print(table)
    console.print(", ".join(f"{count} {name}" for name, count in totals.items()))
    for story in stories:
        if story.published_title not in shown:
            console.print(f"Declined, and therefore not there: {story.published_title}. Its letter says why.")


def _tell_area(story: Story, areas: Mapping[Area, str]) -> str:
    declared = Area(story.form["proposal"]["declared_area"])
    again = f" [dim](declared: {areas[declared]})[/]" if declared != story.area else ""
    return f"{areas[Area(story.area)]}{again}"


def tell_stories(public: Public, nominations: int) -> None:
    """Print the stories that are shown, and what is not.

    Raises:
        NotSeen: none is shown.
    """
    shown = public.list_stories()
    check(bool(shown), "the released story is not shown")
    for story in shown:
        console.print(f"A story, released and counted nowhere: {story['reference']} {story['title']}")
    console.print(f"Nominations for an award, seen by staff and never public: {nominations}")
