"""The desk: review's pages for staff, in English and French, complete without scripts, behind a sign-in.

How a group of pages is written, say ``queue``:

- A module ``queue.py`` with ``make_queue_pages(house: House) -> APIRouter``; it is included among the
  ``pages`` of ``make_desk_app`` (``doors.py``), which stands at ``/desk``: addresses begin behind that. Doors are
  FastAPI's, as those of the API.
- Who may do it stands in the door's signature, as at the API, and gives the same ``Principal``:
  ``MayRead = Annotated[Principal, Depends(needs("review:read"))]`` (``visitor.py``). Whoever is not signed in is led to
  the sign-in; whoever lacks the scope gets a page that says so. Each door, here and at the API, has its line in the
  table of the tests (``tests/integration/review/doors.py``), which says for whom it is open.
- ``house.database.transaction()`` opens a transaction; ``house.render(request, "queue/list", status=200, **context)``
  answers with ``templates/queue/list.html.jinja``, which extends ``base.html.jinja`` and fills the blocks ``title`` and
  ``main`` (and, where needed, ``scripts``). ``see_other("/desk/queue")`` (chassis, ``answers.py``) follows every POST.
- A form posts ``application/x-www-form-urlencoded``; ``{{ csrf_field }}`` stands in each, and what was sent comes as
  ``sent: WhatWasSent`` (``visitor.py``), with ``one(name)`` and ``flat``; that it came from a page of ours, and from
  this session, is checked before the door is entered.
- Words stand in ``words/queue.en.toml`` and ``words/queue.fr.toml`` and are read in templates as ``t.queue.…``, in
  Python by ``words_of(language)``; both files have the same keys (tested). Problems are told by their code, from
  ``[codes]`` of ``words/problem.*.toml``, or from the sentences of the service. Dates, months and numbers:
  the filters ``day``, ``moment``, ``month``, ``number``; ``fill`` puts values into a sentence.
- In a template there are also ``visitor`` (``name``, ``may(scope)``), ``language``, ``here`` (the part of the
  navigation that is marked, given to ``render``), ``edition`` (for the addresses of kept files).
- Scripts and styles are files in ``static/``, asked for at ``/desk/static/<file>?{{ edition }}``; nothing inline, and
  nothing from elsewhere: the policy that each page carries forbids it. ``static/desk.css`` holds what all pages share.
- A part of the navigation is a line of ``NAVIGATION`` in ``pages.py`` and a word in ``words/site.*.toml``.
- Tests: ``signed_in(desk, "data-team")`` (``tests/integration/review/staff.py``) gives somebody who opens pages and
  sends forms; the fixture ``desk_site`` (``tests/browser``) the desk in a real browser, ``visit(path, "data-team")``.
"""
