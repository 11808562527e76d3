"""The page in a real browser, without a network: what a teacher sees and does. With REPORT_PICTURE=FILE the picture of docs/ is taken as well."""

import base64
import json
import os
import pathlib
import shutil

import demo
import pytest
from ansible_collections.workshop.lab.plugins.module_utils import report_data, report_page
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait
from test_files import hostile

# Contrast of every element that has text of its own against the first background behind it, as WCAG 2.1 reckons it.
CONTRAST = """
function light(colour) {
  var parts = colour.match(/[\\d.]+/g).slice(0, 3).map(function (one) {
    one = one / 255; return one <= 0.03928 ? one / 12.92 : Math.pow((one + 0.055) / 1.055, 2.4); });
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}
function behind(element) {
  for (; element; element = element.parentElement) {
    var colour = getComputedStyle(element).backgroundColor;
    if (!/^rgba.*, 0\\)$/.test(colour)) { return colour; }
  }
  return 'rgb(255, 255, 255)';
}
var low = [];
document.querySelectorAll('body *').forEach(function (element) {
  var own = Array.from(element.childNodes).some(function (node) { return node.nodeType === 3 && node.textContent.trim(); });
  if (!own || !element.checkVisibility() || element.closest('.visually-hidden, script, option')) { return; }
  var one = light(getComputedStyle(element).color), other = light(behind(element));
  var ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (ratio < 4.5) { low.push(element.className + ' ' + element.textContent.slice(0, 40) + ' ' + ratio.toFixed(2)); }
});
return low;
"""


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium; for the whole module, since its start takes longest."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_page_load_timeout(60)
    yield driver
    driver.quit()


class Page:
    """A report in the browser."""

    def __init__(self, browser, folder):
        self.browser, self.folder = browser, folder

    def open(self, report=None, hash="", width=1280, height=900, **media):
        """Write the page of a report and open it."""
        path = self.folder / "index.html"
        path.write_text(report_page.page(report or demo.report()), encoding="utf-8")
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self.media(**media)
        self.browser.get("about:blank")
        self.browser.get_log("performance")
        self.browser.get(path.as_uri() + hash)
        return self

    def cdp(self, command, **arguments):
        """Tell Chromium's own protocol."""
        return self.browser.execute_cdp_cmd(command, arguments)

    def media(self, kind="", scheme="light"):
        """Emulate print or a dark scheme."""
        self.cdp("Emulation.setEmulatedMedia", media=kind, features=[
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])

    def js(self, code):
        """Return what a function's body returns."""
        return self.browser.execute_script(code)

    def shown(self):
        """Return the names of the seats that are to be seen, in the grid and below it; both must agree."""
        find = "return Array.from(document.querySelectorAll('%s')).filter(one => one.checkVisibility()).map(one => one.querySelector('b').textContent)"
        grid, below = self.js(find % ".grid li"), self.js(find % "details.seat")
        assert grid == below
        return grid

    def state(self, state):
        """Press the button of a state."""
        self.browser.find_element(By.CSS_SELECTOR, f"button[data-state='{state}']").click()

    def quiet(self):
        """Fail when the page asked the network for something or the browser complained."""
        complaints = [entry["message"] for entry in self.browser.get_log("browser")]
        asked = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        urls = [entry["params"]["request"]["url"] for entry in asked if entry["method"] == "Network.requestWillBeSent"]
        assert any(url.startswith("file:") for url in urls), "nothing was logged: this would notice nothing"
        assert not [url for url in urls if not url.startswith(("file:", "data:", "about:"))], urls
        assert not complaints


@pytest.fixture
def page(browser, tmp_path):
    """A page in it."""
    return Page(browser, tmp_path)


def test_states(page):
    """The sum is the biggest text; every state has a word and a symbol on its tiles, the worst first; nothing is loaded."""
    page.open()
    assert page.browser.find_element(By.CSS_SELECTOR, ".big").text == "21 of 30 seats ready"
    tiles = page.js("return Array.from(document.querySelectorAll('.tile'))"
                    ".map(one => [one.querySelector('b').textContent, one.querySelector('.state').innerText])")
    assert len(tiles) == 30
    assert tiles[:4] == [["seat07", "⌁ unreachable"], ["seat23", "⌁ unreachable"], ["seat15", "✕ failed"], ["seat04", "! not ready"]]
    assert ["seat28", "– not checked"] in tiles and ["seat01", "✓ ready"] in tiles
    assert page.browser.find_element(By.CSS_SELECTOR, ".todo li").text.startswith("3 seats\nThe greeting answers at the node port 2.03.answers, figure 2.22")
    page.quiet()


def test_filters_and_address(page):
    """By state, by failing check, by both; the address keeps them, and a broken address shows everything."""
    page.open()
    page.state("not_ready")
    assert page.shown() == ["seat04", "seat09", "seat20", "seat12", "seat17"]
    assert page.browser.find_element(By.ID, "shown").text == "5 of 30 seats shown"
    Select(page.browser.find_element(By.ID, "check")).select_by_value("2.03.endpoints")
    assert page.shown() == ["seat04", "seat09"]
    assert page.js("return location.hash") == "#state=not_ready&check=2.03.endpoints"
    page.browser.refresh()
    assert page.shown() == ["seat04", "seat09"]
    assert page.browser.find_element(By.CSS_SELECTOR, "button[aria-pressed=true]").text == "! not ready 5"
    page.state("not_ready")
    assert page.shown() == ["seat04", "seat09"], "a second press lets the other filter stand"
    Select(page.browser.find_element(By.ID, "check")).select_by_value("")
    assert len(page.shown()) == 30
    page.open(hash="#state=%3Cimg%3E&check=nonsense")
    assert len(page.shown()) == 30
    page.quiet()


def test_keyboard(page):
    """Tab reaches filter and seats, Enter presses; a tile opens its seat and puts the focus there."""
    page.open()
    keys = webdriver.ActionChains(page.browser)
    keys.send_keys(Keys.TAB, Keys.TAB, Keys.ENTER).perform()
    assert page.shown() == ["seat07", "seat23"]
    page.state("")
    tile = page.browser.find_element(By.XPATH, "//a[b='seat01']")
    assert not page.js("return document.querySelector('details.seat:last-of-type').open")
    tile.send_keys(Keys.ENTER)
    WebDriverWait(page.browser, 10).until(lambda _: page.js("return document.activeElement.closest('details.seat').querySelector('b').textContent") == "seat01")
    assert page.js("return document.activeElement.parentElement.open")
    page.quiet()


def test_check_has_all_its_words(page):
    """Title, expected, actual, hint, figure and seconds of a failing check are to be seen without a click; those of the others after one."""
    page.open()
    seat = page.browser.find_element(By.XPATH, "//details[summary/b='seat12']")
    text = seat.find_element(By.CSS_SELECTOR, "li.no").text
    for words in ("The greeting answers at the node port", "2.03.answers, figure 2.22, 0.3 s", "Hello Kubernetes Beginners!", "none", "Look at targetPort"):
        assert words in text
    passed = seat.find_element(By.CSS_SELECTOR, "details.passed")
    assert "12 checks pass" in passed.text and "kubelet runs" not in passed.text
    passed.find_element(By.TAG_NAME, "summary").click()
    assert "kubelet runs" in passed.text


def test_hostile_seat(page):
    """Its texts are there to read; none is an element, none runs, none is a filter's undoing."""
    names, facts, record = hostile()
    page.open(report_data.build(names, facts, record, demo.SOURCES, demo.RUN, "Class"))
    assert page.js("return document.querySelectorAll('img, svg:not(.bar), iframe, object').length") == 0
    assert page.js("return document.scripts.length") == 1
    assert "onerror=alert(2)" in page.browser.find_element(By.TAG_NAME, "main").text
    select = Select(page.browser.find_element(By.ID, "check"))
    select.select_by_index(1)
    assert page.shown() == ["seat1"]
    page.quiet()  # an alert would have made every call above fail


def test_policy_stops_what_would_get_through(page):
    """The counter-proof of the policy: a script written into the page's file does not run, and the browser says so."""
    page.open()
    path = page.folder / "index.html"
    path.write_text(path.read_text(encoding="utf-8").replace("<main>", "<main><script>document.title = 'taken'</script>"), encoding="utf-8")
    page.browser.refresh()
    assert page.browser.title == "21 of 30 ready: Kubernetes workshop, chapter 2"
    assert any("Content Security Policy" in entry["message"] for entry in page.browser.get_log("browser"))


@pytest.mark.parametrize("texts", ["usual", "long"])
def test_phone(page, texts):
    """At 360 pixels nothing is wider than the screen, long words without a space neither."""
    report = demo.report()
    if texts == "long":
        for seat in report["seats"]:
            seat.update(name=seat["name"] + "x" * 80, reason="y" * 300)
            for check in [check for group in seat["groups"] for check in group["checks"]]:
                check.update(title="z" * 200, actual="w" * 500, id="v" * 100)
    for entry in report["to_do"]:
        entry["title"] = "u" * 200 if texts == "long" else entry["title"]
    page.open(dict(report, to_do=report_data.to_do(report["seats"])), width=360, height=740)
    page.js("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.js("return document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(page, scheme):
    """Every text has at least 4.5 to 1, in both schemes, which differ."""
    page.open(scheme=scheme)
    page.js("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.js(CONTRAST) == []
    assert page.js("return getComputedStyle(document.body).backgroundColor") == {"light": "rgb(246, 247, 249)", "dark": "rgb(19, 21, 25)"}[scheme]


def test_print(page):
    """On paper there are no buttons, and every seat with a problem is open, also one that was closed; after it the screen is as it was."""
    page.open()
    page.js("document.querySelectorAll('details.seat').forEach(one => { one.open = false; })")
    page.media("print")
    find = "return Array.from(document.querySelectorAll('details.seat')).filter(one => one.open).length"
    WebDriverWait(page.browser, 10).until(lambda _: page.js(find) == 8)
    assert page.js("return Array.from(document.querySelectorAll('button, select')).filter(one => one.checkVisibility()).length") == 0
    assert page.browser.find_element(By.XPATH, "//details[summary/b='seat12']").find_element(By.CSS_SELECTOR, "li.no").is_displayed()
    assert page.js("return getComputedStyle(document.getElementById('seats-title')).breakBefore") == "page"
    pdf = base64.b64decode(page.cdp("Page.printToPDF", printBackground=False)["data"])
    assert pdf.startswith(b"%PDF") and len(pdf) > 20_000
    page.media()
    WebDriverWait(page.browser, 10).until(lambda _: page.js(find) == 0)
    page.quiet()


def test_without_javascript(page):
    """All seats are shown, those with problems open; what would do nothing is not there."""
    page.cdp("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open()
        assert len([one for one in page.browser.find_elements(By.CSS_SELECTOR, ".tile") if one.is_displayed()]) == 30
        assert not page.browser.find_element(By.CSS_SELECTOR, ".filter").is_displayed()
        assert len(page.browser.find_elements(By.CSS_SELECTOR, "details.seat[open]")) == 8
    finally:
        page.cdp("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.skipif("REPORT_PICTURE" not in os.environ, reason="`make docs` takes the picture")
def test_picture(page):
    """The picture of docs/report.md: under 150 kB."""
    target = pathlib.Path(os.environ["REPORT_PICTURE"])
    page.open(width=1000, height=1010)
    target.write_bytes(base64.b64decode(page.cdp("Page.captureScreenshot", format="png", optimizeForSpeed=False)["data"]))
    assert 10_000 < target.stat().st_size < 150_000
