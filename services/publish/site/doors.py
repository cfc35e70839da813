"""The public doors, as pages and as JSON; nothing can be changed here."""

from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from services.publish.site.answering import Answering
from services.publish.site.areas import add_area_doors
from services.publish.site.batches import add_batch_doors
from services.publish.site.counting import add_counting_doors
from services.publish.site.describing import describe
from services.publish.site.forms import SAFETY
from services.publish.site.front import add_front_doors
from services.publish.site.history import add_history_doors
from services.publish.site.listing import add_list_doors
from services.publish.site.opening import open_address, open_door
from services.publish.site.pages import ICON, STYLE
from services.publish.site.parameters import STORY_NAMES
from services.publish.site.pictures import add_picture_doors
from services.publish.site.prose import add_prose_doors
from services.publish.site.record import add_record_doors
from services.publish.site.searching import add_search_doors
from services.publish.site.stories import Stories, StoryListing, StoryPage
from services.publish.site.takeaway import add_takeaway_doors
from services.publish.site.texts import add_text_doors

A_YEAR = "public, max-age=31536000, immutable"


def make_doors(answering: Answering) -> APIRouter:
    """Make the public doors."""
    router = APIRouter()
    stories = Stories(answering)

    # what is asked most in front: a router is gone through, door by door, for each request
    add_front_doors(router, answering)
    add_list_doors(router, answering)
    add_record_doors(router, answering)
    add_search_doors(router, answering)
    add_history_doors(router, answering)
    add_counting_doors(router, answering)
    add_takeaway_doors(router, answering)
    add_text_doors(router, answering)
    add_batch_doors(router, answering)
    add_area_doors(router, answering)
    add_picture_doors(router, answering)
    add_prose_doors(router, answering)
    open_door(router, "/stories", stories.listing, StoryListing, STORY_NAMES)
    open_door(router, "/stories/{reference}", stories.story, StoryPage)
    open_address(router, "/site.css", _give_style, include_in_schema=False)
    open_address(router, "/icon.svg", _give_icon, include_in_schema=False)
    describe(router)
    return router


async def _give_style() -> Response:
    return _keep_for_long(STYLE)


async def _give_icon() -> Response:
    return _keep_for_long(ICON)


def _keep_for_long(file: Path) -> Response:
    # their addresses carry the edition, so what a browser keeps is never old
    return FileResponse(file, headers={"Cache-Control": A_YEAR, **SAFETY})
