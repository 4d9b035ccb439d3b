"""Each page parses, reads the clock once, calls other rooms' doors and renders."""

from web.pages.badge import AskForCode, BadgePage
from web.pages.check import SelfCheck
from web.pages.guides import Answered, GuideList, GuidePage
from web.pages.home import Home
from web.pages.mine import MyData
from web.pages.security import SecurityText

__all__ = [
    "Answered",
    "AskForCode",
    "BadgePage",
    "GuideList",
    "GuidePage",
    "Home",
    "MyData",
    "SecurityText",
    "SelfCheck",
]
