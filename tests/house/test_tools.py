"""A tool is found by its name: its file has it."""

from backend.tools.toolbox import find_tools
from tests.support.source_files import python_files

NO_TOOLS = {"__init__", "toolbox", "product_parts"}


def test_each_file_of_the_tools_is_one_tool_of_its_name() -> None:
    files = {path.stem for path in python_files("backend/tools")} - NO_TOOLS

    assert {tool.name for tool in find_tools()} == files
