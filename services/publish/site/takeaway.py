"""Every door through which the public record is taken away, followed, or shown on other sites."""

from fastapi import APIRouter

from services.publish.site.answering import Answering
from services.publish.site.embeds import add_embed_doors
from services.publish.site.exports import add_export_doors
from services.publish.site.feeds import add_feed_doors
from services.publish.site.giving import Giving
from services.publish.site.oembed import add_oembed_doors
from services.publish.site.releases import add_release_doors


def add_takeaway_doors(router: APIRouter, answering: Answering) -> None:
    """Add them; those for files share the places for making one."""
    giving = Giving(answering)
    add_export_doors(router, answering, giving)
    add_feed_doors(router, answering, giving)
    add_release_doors(router, answering, giving)
    add_embed_doors(router, answering)
    add_oembed_doors(router, answering, giving)
