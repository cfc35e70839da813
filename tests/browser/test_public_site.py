"""The public site in a real browser, as anyone may come to it: in three languages, by keyboard, without scripts."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Page, Request, Response

from tests.browser.public import PublicSite
from tests.browser.test_accessible import SMALLEST_WIDTH, Scheme, violations
from tests.controls.envelope import reference_of

PAGE_BYTES_MAX = 50_000
STYLE_BYTES_MAX = 20_000

ROOMS = ("/", "/reforms", "/areas", "/members", "/stories", "/batches", "/statistics")
EXPLAINING = ("/about", "/method", "/api", "/terms", "/privacy")
INNER = ("/areas/justice", "/members/UA", f"/reforms/{reference_of(1)}", f"/reforms/{reference_of(1)}/texts/1")
ASTRAY = ("/reforms?area=cheese", "/nowhere/at/all", "/?lang=xx", "/members/ZZ")
PAGES = (*ROOMS, *EXPLAINING, *INNER)

HEADINGS = {
    "en": ("What governments have taken on", "Method"),
    "fr": ("Ce que des gouvernements ont entrepris", "Méthode"),
    "es": ("Lo que los gobiernos han emprendido", "Método"),
}


@dataclass
class Traffic:
    """What a page asks for, and what it is answered."""

    asked: list[Request] = field(default_factory=list)
    answered: list[Response] = field(default_factory=list)

    def note_request(self, request: Request) -> None:
        """Note a request."""
        self.asked.append(request)

    def note_response(self, response: Response) -> None:
        """Note an answer."""
        self.answered.append(response)


async def test_every_page_is_small_complete_and_asks_nobody_else(public_site: PublicSite) -> None:
    """Under 50 kB of HTML, one style sheet under 20 kB, pictures of our own; no cookie, no script, no failure."""
    page, heard = await public_site.visit("/about"), Traffic()
    page.on("request", heard.note_request)
    page.on("response", heard.note_response)
    for path in PAGES:
        answer = await page.goto(f"{public_site.url}{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert len(await answer.body()) < PAGE_BYTES_MAX, path
    assert [one.url for one in heard.asked if not one.url.startswith(public_site.url)] == []
    assert [one.url for one in heard.answered if one.status >= 400] == []
    assert {one.resource_type for one in heard.asked} <= {"document", "stylesheet", "image", "other"}
    assert [one.url for one in heard.asked if one.resource_type == "other" and "/icon.svg" not in one.url] == []
    assert {one.headers.get("set-cookie") for one in heard.answered} == {None}
    style = await page.request.get(f"{public_site.url}/site.css")
    assert len(await style.body()) < STYLE_BYTES_MAX


@pytest.mark.parametrize("language", HEADINGS)
async def test_browser_is_spoken_to_in_its_language(public_site: PublicSite, language: str) -> None:
    """What the browser wishes for, marked as such; the titles of institutions stay in theirs."""
    page = await public_site.visit("/", locale=language)
    front, method = HEADINGS[language]
    assert await page.locator("h1").inner_text() == front
    assert await page.locator("html").get_attribute("lang") == language
    assert await page.locator(".reforms a[lang=es]").count() == 1
    await page.goto(f"{public_site.url}/method")
    assert await page.locator("h1").inner_text() == method


async def test_language_that_is_chosen_stays(public_site: PublicSite) -> None:
    """Over the browser's own, from page to page, in forms and pictures; another is one click away, on the same page."""
    page = await public_site.visit("/reforms?level=national", locale="en-GB")
    await page.get_by_role("link", name="Français").click()
    assert re.search(r"level=national.*lang=fr|lang=fr.*level=national", page.url)
    await page.locator("form.filters button").first.click()
    assert "lang=fr" in page.url
    await page.get_by_role("link", name="Aperçu").click()
    assert await page.locator("h1").inner_text() == HEADINGS["fr"][0]
    assert "lang=fr" in (await page.locator("img.drawing").first.get_attribute("src") or "")
    await page.get_by_role("link", name="Español").click()
    assert await page.locator("h1").inner_text() == HEADINGS["es"][0]


async def test_map_leads_to_the_reforms_of_a_country(public_site: PublicSite) -> None:
    """By its shape, and by its line in the table for those who do not see it; both say the same."""
    page = await public_site.visit("/")
    assert await page.locator(".map svg a").count() == await page.locator("details table.two tbody tr").count() == 5
    await page.locator(".map a[href='/reforms?country=UA'] path").click()
    assert page.url.endswith("/reforms?country=UA")
    assert await page.locator(".reforms > li").count() == 2
    await page.go_back()
    await page.locator("summary", has_text="The map as a table").click()
    await page.locator("table.two").get_by_role("link", name="Ukraine").click()
    assert page.url.endswith("/reforms?country=UA")


async def test_charts_are_drawn_and_have_their_tables(public_site: PublicSite) -> None:
    """Each picture is there, says what it shows, and takes the place kept for it; its table holds the same names."""
    page = await public_site.visit("/", java_script_enabled=True)
    for path in ("/", "/statistics"):
        await page.goto(f"{public_site.url}{path}")
        drawn = page.locator("img.drawing")
        assert await drawn.count() == 5
        for at in range(5):
            await drawn.nth(at).scroll_into_view_if_needed()
            await page.wait_for_function("at => document.querySelectorAll('img.drawing')[at].naturalWidth > 0", arg=at)
            sizes = await drawn.nth(at).evaluate("it => [it.naturalWidth, it.naturalHeight].join()")
            assert (
                sizes == f"{await drawn.nth(at).get_attribute('width')},{await drawn.nth(at).get_attribute('height')}"
            )
            assert await drawn.nth(at).get_attribute("alt")
    assert await page.locator("#areas ~ div tbody tr").count() == 10
    await page.goto(f"{public_site.url}/")
    await page.locator("figure.chart a[href$='#tagging']").click()
    assert page.url.endswith("/statistics#tagging")
    assert await page.locator("#tagging ~ div tbody tr").count() == 10


async def test_area_says_what_it_is_about(public_site: PublicSite) -> None:
    """Its prompt, its reforms, its stories, and advice that is no criterion."""
    page = await public_site.visit("/areas")
    assert await page.locator(".cards li").count() == 10
    await page.get_by_role("link", name="Access to Information").click()
    assert await page.locator("h1").inner_text() == "Access to Information"
    assert await page.locator("ol.reforms").first.locator("> li").count() == 2
    guide = page.get_by_role("link", name="Open Gov Guide")
    assert await guide.get_attribute("href") == "https://www.opengovpartnership.org/open-gov-guide/"
    assert "never a criterion" in await page.locator("aside").inner_text()


async def test_method_names_what_must_be_met(public_site: PublicSite) -> None:
    """Two gates and three criteria, in the version that is in force."""
    page = await public_site.visit("/method")
    assert (
        await page.locator("section").first.locator("li strong").all_inner_texts() == ["Gate"] * 2 + ["Criterion"] * 3
    )


async def test_keyboard_goes_everywhere(public_site: PublicSite) -> None:
    """The first key leads past the top; whatever has the focus shows it; links and filters work without a mouse."""
    page = await public_site.visit("/", java_script_enabled=True)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"
    await page.goto(f"{public_site.url}/reforms")
    seen = [await _step(page) for _ in range(25)]
    assert all(outline for _, outline in seen)
    await page.locator("#q").focus()
    await page.keyboard.type("justicia")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**q=justicia**")


async def _step(page: Page) -> tuple[str, bool]:
    await page.keyboard.press("Tab")
    told = await page.evaluate(
        "(() => {const one = document.activeElement, style = getComputedStyle(one);"
        "return [one.tagName, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2]})()"
    )
    return told[0], told[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_are_accessible(public_site: PublicSite, scheme: Scheme) -> None:
    """Axe finds nothing, and no page is wider than the smallest window, in any language."""
    page = await public_site.visit("/about", java_script_enabled=True, color_scheme=scheme)
    told = {}
    for at, path in enumerate((*PAGES, *ASTRAY)):
        language = tuple(HEADINGS)[at % len(HEADINGS)]
        joint = "" if "lang=" in path else f"{'&' if '?' in path else '?'}lang={language}"
        await page.goto(f"{public_site.url}{path}{joint}")
        told[path] = await violations(page)
    assert {path: found for path, found in told.items() if found} == {}


async def test_phone_moves_only_up_and_down(public_site: PublicSite) -> None:
    """Without scripts too, nothing is cut off or needs to be moved sideways; what opens stays within the window."""
    page = await public_site.visit("/", viewport={"width": SMALLEST_WIDTH, "height": 700})
    await page.locator("summary").first.click()
    box = await page.locator("table.two").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= SMALLEST_WIDTH


async def test_who_goes_astray_finds_a_page(public_site: PublicSite) -> None:
    """In the reader's language, with the way back."""
    page = await public_site.visit("/nowhere/at/all?lang=es")
    assert await page.locator("h1").inner_text() == "No hay nada en esta dirección"
    await page.get_by_role("link", name="Ver todas las reformas").click()
    assert page.url.endswith("/reforms?lang=es")
