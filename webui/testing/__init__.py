"""The kit by which journeys are tested: what docs/testing.md describes.

It is the top of the imports, beside the command line: a test goes through the engine with the activities and the forms
of this installation, or through the pages in front of them, so it needs all of them and nothing needs it.

plugin/       what pytest loads: options, fixtures and *.journeytest.yaml; it imports the rest when a test asks for it
journey.py    one journey, for a test: what is done, and what is expected of it; form.py is the form that is open
expecting.py  what of it is said where it differs   telling.py    what a failure tells
names.py      elements by their names or ids        mocking.py    what activities come to, and were called with
kit.py        what one test has                     workshop.py   what the tests of one process share
headless.py   the person, on the engine alone       browser.py    the person, on the pages
page.py       the form of a page, as a person sees it  qr.py      what a device reads from a QR code
people.py     the users in the identity stores      outbox.py     the mails
opening.py    from a path to a journey              failures.py   what a test fails with
person.py     what both persons do alike            files.py      runs *.journeytest.yaml
travel.py     the clock                             outside.py    lets nothing call what is outside
exploring/    finds out what is wrong by itself     walks.py      and in random walks of a test
recording/    from an instance to a test            written.py    a test of what was done
coverage/     what of the diagrams was reached      drawing/      diagrams as SVG
"""
