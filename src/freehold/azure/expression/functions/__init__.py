"""The functions of values that both languages have: name → function, as Microsoft documents them.

After "ARM template functions" (learn.microsoft.com/azure/azure-resource-manager/templates/template-functions), one file a page.
Names are compared without case. What looks at more than values (`parameters`, `field`, `reference`) is a form of a language.
"""

from __future__ import annotations

from collections.abc import Mapping

from freehold.azure.expression.functions import array, dates, encoding, hashes, logic, network, numeric, text
from freehold.azure.expression.run import Function

FUNCTIONS: Mapping[str, Function] = {
    function.name.lower(): function
    for table in (array.TABLE, dates.TABLE, encoding.TABLE, hashes.TABLE, logic.TABLE, network.TABLE, numeric.TABLE, text.TABLE)
    for function in table
}
