"""The list of reforms, a reform's page and all that belongs to it, in a real browser without scripts."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.public import PublicSite
from tests.browser.test_accessible import Scheme, violations

FIRST = "/reforms/OGC-2026-000001"

CHOSEN = {
    "area": ("anti-corruption", "53"),
    "region": ("Americas", "61"),
    "country": ("UA", "53"),
    "level": ("national", "532"),
    "locality": ("OGC-2026-000006", "6"),
    "channel": ("action-plan", "2"),
    "batch": ("2026-11", "654321"),
    "language": ("fr", "2"),
    "retagged": ("true", "1"),
    "promising": ("true", "1"),
}
"""What is chosen in each field, and which reforms are then listed."""
TYPED = {
    "q": ("niñez -quezon OR corruption", "631"),
    "institution": ("ministry of justice", "5"),
}
PAGES = (
    "/reforms",
    "/reforms?q=justicia&country=CR&retagged=true",
    "/reforms?q=zebra",
    FIRST,
    f"{FIRST}?as_of=2026-12-10",
    f"{FIRST}/history",
    f"{FIRST}/provenance",
    "/reforms/OGC-2026-000099",
    "/stories?area=justice",
    "/stories/OGC-2026-000009",
    "/batches",
    "/batches/2026-11",
)
"""Every kind of page of the record."""
MOST_BYTES = 50_000


async def listed(page: Page) -> str:
    """Give the last digits of the reforms on a page, in order."""
    links = page.locator(".reforms h2 a")
    addresses = [await link.get_attribute("href") or "" for link in await links.all()]
    return "".join(address.partition("?")[0][-1] for address in addresses)


async def open_fields(page: Page) -> None:
    """Show the fields that are behind one more step."""
    if await page.locator("details.more[open]").count() == 0:
        await page.locator("details.more > summary").click()


async def test_every_filter_is_in_the_form_and_in_the_address(public_site: PublicSite) -> None:
    """Chosen, shown, named in the address and on a chip that takes it away again."""
    page = await public_site.visit("/reforms")
    for name, (value, expected) in {**CHOSEN, **TYPED}.items():
        await open_fields(page)
        field = page.locator(f'.filters [name="{name}"]')
        await (field.select_option(value) if name in CHOSEN else field.fill(value))
        await page.get_by_role("button", name="Show").click()
        assert page.url.partition("?")[2].startswith(f"{name}=")
        assert "&" not in page.url, "what was not chosen is not in the address"
        assert await listed(page) == expected, name
        await open_fields(page)
        assert await page.locator(f'.filters [name="{name}"]').input_value() == value
        await page.locator(".chips a").first.click()
        assert await listed(page) == "654321", name


async def test_filters_add_up_and_history_walks_them(public_site: PublicSite) -> None:
    """Two filters, then back and forward; everything is in the address, so that it can be sent."""
    page = await public_site.visit("/reforms?lang=fr")
    await page.locator("#country").select_option("UA")
    await page.get_by_role("button", name="Afficher").click()
    await page.locator("#q").fill("entreprise OR company")
    await page.get_by_role("button", name="Afficher").click()
    assert await listed(page) == "5"
    assert await page.locator(".chips li").count() == 3
    sent = page.url
    await page.go_back()
    assert await listed(page) == "53"
    await page.go_forward()
    assert (await listed(page), page.url) == ("5", sent)
    assert await page.locator("html").get_attribute("lang") == "fr"
    downloads = [await link.get_attribute("href") or "" for link in await page.locator(".take a").all()]
    assert all("country=UA" in address and "q=entreprise" in address for address in downloads)
    answers = [await page.request.get(f"{public_site.url}{address}") for address in downloads]
    assert [answer.status for answer in answers] == [200] * len(downloads)


async def test_list_is_walked_page_by_page(public_site: PublicSite) -> None:
    """Older, older, and back to the newest; filters, day and page size stay."""
    page = await public_site.visit("/reforms?limit=2&batch=2026-11&as_of=2027-01-31")
    seen = await listed(page)
    for _ in range(2):
        await page.get_by_role("link", name="Older reforms").click()
        seen += await listed(page)
    assert seen == "654321"
    assert await page.get_by_role("link", name="Older reforms").count() == 0
    assert "at the end of 31\u00a0January 2027" in await page.locator(".as-of").inner_text()
    await page.get_by_role("link", name="Back to the newest").click()
    assert await listed(page) == "65"
    assert "as_of=2027-01-31" in page.url
    await page.get_by_role("link", name="Read it as it stands now").click()
    assert await page.locator(".as-of").count() == 0


async def test_words_that_were_found_are_shown(public_site: PublicSite) -> None:
    """In their place in the text, with or without accents; and where nothing is found, the page says what to do."""
    page = await public_site.visit("/reforms?q=ninez")
    assert await page.locator(".excerpt mark").all_inner_texts() == ["niñez"] * 2
    await page.goto(f"{public_site.url}/reforms?q=zebra&area=justice")
    assert "No reform matches these filters." in await page.locator(".empty").inner_text()
    await page.get_by_role("link", name="Show all").click()
    assert await listed(page) == "654321"


TOLD = {
    "en": ("Why it was accepted", "Declared as", "Substantial", "End of term", "Pending IRM Review", "3 days later"),
    "fr": ("Pourquoi elle a été acceptée", "Déclarée en", "Substantiel", "Fin de parcours", "MEI", "3 jours plus tard"),
    "es": ("Por qué fue aceptada", "Declarada en", "Sustancial", "Fin de término", "del MRI", "3 días después"),
}


async def test_reform_is_told_in_three_languages(public_site: PublicSite) -> None:
    """Labels in the reader's language, the institution's text in its own."""
    page = await public_site.visit(FIRST)
    for language, expected in TOLD.items():
        await page.goto(f"{public_site.url}{FIRST}?lang={language}")
        text = await page.locator("main").inner_text()
        assert [words for words in expected if words not in text] == [], language
        assert await page.locator(".prose").first.get_attribute("lang") == "es"
        assert "OGC-2026-000001" in await page.locator(".citation").inner_text()
    await page.locator("summary", has_text="gestores").click()
    assert await page.locator("pre:visible", has_text="@misc{OGC-2026-000001,").count() == 1
    await page.locator("summary", has_text="Mostrarla en otro sitio").click()
    assert f'<iframe src="/embed{FIRST}"' in await page.locator("pre:visible").first.inner_text()


async def test_reform_leads_to_what_belongs_to_it(public_site: PublicSite) -> None:
    """Its versions field by field, its chain back to the submission, its month, its stories; each leads back."""
    page = await public_site.visit(FIRST)
    await page.get_by_role("link", name="All versions").first.click()
    changes = await page.locator(".change").all_inner_texts()
    assert any("Costa Rica" in change and "San José, Costa Rica" in change for change in changes)
    await page.get_by_role("link", name="Where each word of it comes from").click()
    chain = await page.locator("main").inner_text()
    assert "The chain is unbroken" in chain
    assert "Letter on the outcome to the submitter" in chain
    await page.get_by_role("link", name="Reviewed in the batch of November 2026").click()
    assert await page.locator("h1").inner_text() == "November 2026"
    await page.go_back()
    await page.get_by_role("link", name="To the reform").click()
    await page.get_by_role("link", name="À Bafoussam").click()
    await page.locator("#reforms + .reforms a").first.click()
    assert page.url.endswith(FIRST)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark"), ("es", "light")])
async def test_pages_are_accessible_and_small(public_site: PublicSite, language: str, scheme: Scheme) -> None:
    """Clean under axe (WCAG 2.2 AA), no wider than a phone, under 50 kB, and nothing is asked of anywhere else."""
    page = await public_site.visit("/batches", java_script_enabled=True, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    found: dict[str, Any] = {}
    for path in PAGES:
        answer = await page.goto(f"{public_site.url}{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer is not None
        size = len(await answer.body())
        wrong = [*await violations(page), *([f"{size} bytes"] if size > MOST_BYTES else [])]
        found |= {path: wrong} if wrong else {}
    assert found == {}
    assert [url for url in asked if not url.startswith(public_site.url)] == []
